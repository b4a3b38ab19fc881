namespace EsdbRollingAction.Sandbox.Model;

/// <summary>A parameter of a document.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type"><c>String</c> or <c>StringList</c>.</param>
/// <param name="Default">Its value where none is given; null where one must be.</param>
public sealed record SsmParameter(string Name, string Type, string? Default)
{
    /// <summary>The only values that it may have; none for any.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];
}

/// <summary>What Systems Manager can run on an instance.</summary>
/// <param name="Name">Name.</param>
/// <param name="Owner"><c>Amazon</c> or an account.</param>
/// <param name="Platforms">Where it runs.</param>
/// <param name="Parameters">What it takes.</param>
public sealed record SsmDocument(string Name, string Owner, IReadOnlyList<string> Platforms, IReadOnlyList<SsmParameter> Parameters)
{
    internal const string Shell = "AWS-RunShellScript";
    internal const string Patch = "AWS-RunPatchBaseline";
    internal const string Upgrade = "esdb-upgrade";

    /// <summary>The version that was asked for.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The version that runs where none is named.</summary>
    public int DefaultVersion { get; init; } = 1;

    /// <summary>The newest version.</summary>
    public int LatestVersion { get; init; } = 1;

    internal static IReadOnlyDictionary<string, SsmDocument> All { get; } = new[]
    {
        new SsmDocument(Shell, "Amazon", ["Linux", "MacOS"],
        [
            new("commands", "StringList", null),
            new("workingDirectory", "String", ""),
            new("executionTimeout", "String", "3600"),
        ]),
        new SsmDocument(Patch, "Amazon", ["Linux", "Windows", "MacOS"],
        [
            new("Operation", "String", null) { Allowed = ["Scan", "Install"] },
            new("RebootOption", "String", "RebootIfNeeded") { Allowed = ["RebootIfNeeded", "NoReboot"] },
            new("SnapshotId", "String", ""),
            new("InstallOverrideList", "String", ""),
            new("BaselineOverride", "String", ""),
        ]),
        new SsmDocument(Upgrade, "123456789012", ["Linux"], [new("Version", "String", null)]) { LatestVersion = 2 },
    }.ToDictionary(document => document.Name, StringComparer.Ordinal);

    /// <exception cref="SsmException">There is no such document, or no such version of it.</exception>
    internal static SsmDocument Find(string name, string? version)
    {
        var document = All.GetValueOrDefault(name)
            ?? throw new SsmException("InvalidDocument", $"Document with name {name} does not exist.");
        var number = version switch
        {
            null or "" or "$DEFAULT" => document.DefaultVersion,
            "$LATEST" => document.LatestVersion,
            _ => Enumerable.Range(1, document.LatestVersion).FirstOrDefault(number => $"{number}" == version),
        };
        return number > 0
            ? document with { Version = number }
            : throw new SsmException("InvalidDocumentVersion", $"Document version {version} of {name} does not exist.");
    }

    /// <exception cref="SsmException">The document does not take these values.</exception>
    internal void Require(IReadOnlyDictionary<string, IReadOnlyList<string>> values)
    {
        var wrong = values.Keys.Where(name => Parameters.All(known => known.Name != name)).Select(name => $"{name} is not a parameter")
            .Concat(Parameters.Select(parameter => Wrong(parameter, values.GetValueOrDefault(parameter.Name))).OfType<string>())
            .FirstOrDefault();
        if (wrong is not null)
        {
            throw new SsmException("InvalidParameters", $"{wrong} of document {Name}.");
        }
    }

    /// <summary>The value of a parameter that is no list.</summary>
    internal string Value(string parameter, IReadOnlyDictionary<string, IReadOnlyList<string>> values) =>
        values.TryGetValue(parameter, out var given) ? given[0] : Parameters.Single(known => known.Name == parameter).Default!;

    private static string? Wrong(SsmParameter parameter, IReadOnlyList<string>? values) => values switch
    {
        null or [] when parameter.Default is null => $"{parameter.Name} is a required parameter",
        null => null,
        _ when parameter.Type == "String" && values.Count != 1 => $"{parameter.Name} takes one value and is a parameter",
        _ when parameter.Allowed.Count > 0 && !parameter.Allowed.Contains(values[0]) =>
            $"{values[0]} is not allowed for parameter {parameter.Name}",
        _ when parameter.Name == "executionTimeout" && !(int.TryParse(values[0], out var seconds) && seconds is >= 1 and <= 172_800) =>
            $"{values[0]} is not allowed for parameter {parameter.Name}",
        _ => null,
    };
}
