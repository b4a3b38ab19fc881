using System.Text.Json;

namespace EsdbRollingAction.Sandbox;

/// <summary>The version of the database that is rolled over the nodes.</summary>
/// <param name="TargetVersion">What every node's version shall begin with, such as <c>24.10</c> or <c>24.10.4</c>.</param>
/// <param name="RollbackVersion">What it takes to undo it installs; null where nothing does.</param>
public sealed record UpgradeOptions(string TargetVersion, string? RollbackVersion = null)
{
    private const string Document = "esdb-upgrade";

    /// <summary>The roll is taken back: every node's version shall begin with <see cref="RollbackVersion"/>.</summary>
    public bool IsTakenBack { get; init; }

    /// <summary>What installs it where that is not <c>esdb-upgrade</c> with both versions.</summary>
    public CommandOptions? Custom { get; init; }

    /// <summary>What every node's version shall begin with now.</summary>
    public string WantedVersion => IsTakenBack ? RollbackVersion ?? TargetVersion : TargetVersion;

    /// <summary>What installs it.</summary>
    internal CommandOptions Command => (Custom ?? Usual) with { IsTakenBack = IsTakenBack };

    private CommandOptions Usual => new(ParametersOf(TargetVersion))
    {
        Document = Document,
        RollbackParametersJson = RollbackVersion is { } version ? ParametersOf(version) : null,
    };

    private static string ParametersOf(string version) => $$"""{"Version":["{{JsonEncodedText.Encode(version)}}"]}""";
}
