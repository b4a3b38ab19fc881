namespace EsdbRollingAction.Testing;

/// <summary>How much is tested: what a person waits for, or everything. <c>.ci/run</c> sets <c>ESDB_TESTS=exhaustive</c>.</summary>
internal static class Extent
{
    public static bool IsExhaustive { get; } = Environment.GetEnvironmentVariable("ESDB_TESTS") is "exhaustive";

    /// <summary>A number of cases, seeds or edits.</summary>
    public static int Of(int usual, int exhaustive) => IsExhaustive ? exhaustive : usual;
}
