namespace EsdbRollingAction.EndToEnd.Laboratory;

/// <summary>What came of a seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Findings">What must not be; empty when all is well.</param>
/// <param name="History">Everything that happened, in order.</param>
/// <param name="Runs">What each run of the program printed.</param>
internal sealed record LaboratoryResult(int Seed, IReadOnlyList<string> Findings, IReadOnlyList<string> History, IReadOnlyList<string> Runs)
{
    public override string ToString() => string.Join('\n',
    [
        $"==== ESDB_LAB_SEEDS={Seed}",
        .. Findings,
        "---- history",
        .. History,
        .. Runs,
    ]);
}
