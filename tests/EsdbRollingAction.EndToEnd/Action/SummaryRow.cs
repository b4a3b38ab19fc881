namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>What a job summary says of one node.</summary>
internal sealed record SummaryRow(string Node, string Now, string InstanceType, string Status)
{
    /// <summary>The table of nodes in a summary; of what has changed, how it is now.</summary>
    public static IReadOnlyList<SummaryRow> Of(string summary) =>
    [
        .. summary.Split('\n')
            .SkipWhile(line => !line.StartsWith("| Node |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split(" | ", StringSplitOptions.TrimEntries))
            .Select(cells => new SummaryRow(cells[0], cells[1], After(cells[2]), cells[3])),
    ];

    private static string After(string cell) => cell.Split(" → ")[^1];
}
