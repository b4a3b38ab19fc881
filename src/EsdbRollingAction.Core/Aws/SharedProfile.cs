using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace EsdbRollingAction.Core.Aws;

/// <summary>The profile of the shared files that <c>AWS_PROFILE</c> names, or the one that is called <c>default</c>.</summary>
internal sealed partial class SharedProfile
{
    private readonly CredentialProfile? profile;
    private readonly Func<string, string?> variable;

    private SharedProfile(string name, bool isNamed, Func<string, string?> variable)
    {
        Name = name;
        IsNamed = isNamed;
        this.variable = variable;
        profile = Read(name);
    }

    public string Name { get; }

    /// <summary>Whether somebody asked for this one.</summary>
    public bool IsNamed { get; }

    public bool Exists => profile is not null;

    public string? Region => profile?.Region?.SystemName;

    /// <summary>What it says; empty for a profile that does not exist.</summary>
    public CredentialProfileOptions Options => profile?.Options ?? new CredentialProfileOptions();

    /// <summary>What the SDK itself reads whenever a client is made: files that are not right end every run.</summary>
    public static SharedProfile InUse(Func<string, string?> variable)
    {
        var named = variable("AWS_PROFILE")?.Trim();
        return string.IsNullOrEmpty(named)
            ? new SharedProfile("default", isNamed: false, variable)
            : new SharedProfile(named, isNamed: true, variable);
    }

    /// <summary>Another one, which this one names.</summary>
    public SharedProfile Source(string name) => new(name, IsNamed, variable);

    /// <summary>Why a profile that is not found may not be.</summary>
    public string NotFound()
    {
        var text = $"{Capital(ToString())} is not found: no section of that name that can be used is in {Files}.";
        foreach (var name in new[] { SharedCredentialsFile.SharedCredentialsFileEnvVar, SharedCredentialsFile.SharedConfigFileEnvVar })
        {
            if (variable(name) is { Length: > 0 } file && !File.Exists(file))
            {
                text += $" {name} names {file}, which does not exist.";
            }
        }

        return text;
    }

    public override string ToString() =>
        IsNamed && variable("AWS_PROFILE")?.Trim() == Name ? $"the profile '{Name}' (AWS_PROFILE)" : $"the profile '{Name}'";

    public static string Capital(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    private static string Files => $"{SharedCredentialsFile.DefaultConfigFilePath} and {SharedCredentialsFile.DefaultFilePath}";

    private static CredentialProfile? Read(string name)
    {
        try
        {
            return new CredentialProfileStoreChain().TryGetProfile(name, out var found) ? found : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or AmazonClientException)
        {
            throw RollingUpdateException.InvalidInput(
                $"The AWS profile '{name}' cannot be read from {Files}: {WithoutLine(e.Message)}");
        }
    }

    /// <summary>The SDK repeats a line that it does not understand, and a secret key may stand in it.</summary>
    public static string WithoutLine(string message) => Sentence.Ended(Quoted.Replace(message, ""));

    [GeneratedRegex(":<.*>", RegexOptions.Singleline)]
    private static partial Regex Quoted { get; }
}
