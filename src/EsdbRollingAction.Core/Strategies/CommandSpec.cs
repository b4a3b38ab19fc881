using System.Security.Cryptography;
using System.Text;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>What is run on each node: a document of Systems Manager with values of its parameters.</summary>
public sealed record CommandSpec
{
    /// <summary>The document that runs a shell script.</summary>
    public const string ShellScript = "AWS-RunShellScript";

    /// <summary>The document that installs patches, and with what its variants begin.</summary>
    private const string PatchBaseline = "AWS-RunPatchBaseline";

    /// <summary>Stands for the version that the document's owner made the default one.</summary>
    public const string DefaultVersion = "$DEFAULT";

    /// <summary>Name of the document, or its ARN where it is shared.</summary>
    public string Document { get; init; } = ShellScript;

    /// <summary>Version of the document.</summary>
    public string Version { get; init; } = DefaultVersion;

    /// <summary>Values of its parameters.</summary>
    public CommandParameters Parameters { get; init; } = CommandParameters.None;

    /// <summary>Values with which the same document takes the change back; null when nothing does.</summary>
    public CommandParameters? RollbackParameters { get; init; }

    /// <summary>How long the command may take on one node; null leaves it to the document, and it is ended after an hour.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>How long it may take at the most. The documents that run a script end after an hour too unless they are told.</summary>
    public TimeSpan Longest => TimeLimit ?? TimeSpan.FromHours(1);

    /// <summary>Whether the machine is rebooted after it.</summary>
    public bool RebootAfter { get; init; }

    /// <summary>Whether Patch Manager knows afterwards whether a reboot is pending: AWS' own documents for patches tell it.</summary>
    public bool TellsPendingReboot => RebootAfter && Document.Split('/')[^1].StartsWith(PatchBaseline, StringComparison.Ordinal);

    /// <summary>
    /// The version of a node on which it has run, such as <c>AWS-RunShellScript@1a2b3c4d</c>: another script, or other values, are another
    /// change. How it would be taken back is none of it, so that this can be mended in the middle of an update.
    /// </summary>
    public string Target => $"{Document}@{DigestOf($"{Document}\n{Version}\n{RebootAfter}\n{Parameters}")}";

    /// <summary>Eight letters that stand for a text.</summary>
    internal static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];
}
