using System.Text.Json;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox;

/// <summary>The command that is rolled over the nodes.</summary>
/// <param name="ParametersJson">What its document takes: an object of lists of texts, or of texts.</param>
public sealed record CommandOptions(string ParametersJson)
{
    /// <summary>The document that runs.</summary>
    public string Document { get; init; } = "AWS-RunShellScript";

    /// <summary>What it takes to undo it; null where nothing does.</summary>
    public string? RollbackParametersJson { get; init; }

    /// <summary>Every machine is rebooted after its command.</summary>
    public bool RebootAfter { get; init; }

    /// <summary>Nodes that have every patch: there is nothing to install on them.</summary>
    public IReadOnlyList<string> Patched { get; init; } = [];

    /// <summary>The roll is taken back: what is expected is the command that undoes it.</summary>
    public bool IsTakenBack { get; init; }

    /// <summary>Whether it is what is to be rolled.</summary>
    internal bool IsSame(SsmCommandRequest request)
    {
        var expected = Parse(IsTakenBack ? RollbackParametersJson ?? ParametersJson : ParametersJson);
        return request.DocumentName == Document && request.Parameters.Count == expected.Count
            && request.Parameters.All(given => expected.TryGetValue(given.Key, out var values) && values.SequenceEqual(given.Value));
    }

    /// <exception cref="JsonException">It is no object of texts.</exception>
    internal static IReadOnlyDictionary<string, IReadOnlyList<string>> Parse(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return parsed.RootElement.ValueKind == JsonValueKind.Object
            ? parsed.RootElement.EnumerateObject().ToDictionary(
                value => value.Name,
                value => value.Value.ValueKind == JsonValueKind.Array
                    ? [.. value.Value.EnumerateArray().Select(Text)]
                    : (IReadOnlyList<string>)[Text(value.Value)],
                StringComparer.Ordinal)
            : throw new JsonException("Parameters are an object.");
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new JsonException("Parameters are texts or lists of texts.");
}
