using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core;

/// <summary>Rows of the table of checks.</summary>
internal static class CheckRows
{
    /// <summary>The checks of single nodes: what is the same of several nodes is one row.</summary>
    public static IEnumerable<Check> Of(IReadOnlyList<CheckedNode> nodes, Func<CheckedNode, IEnumerable<Check>> checksOf) =>
        Of([.. nodes.Select(node => (node.Name, checksOf(node)))]);

    /// <inheritdoc cref="Of(IReadOnlyList{CheckedNode}, Func{CheckedNode, IEnumerable{Check}})"/>
    public static IEnumerable<Check> Of(IReadOnlyList<(string Name, IEnumerable<Check> Checks)> nodes) => nodes
        .SelectMany(node => node.Checks.Select(check => (Subject: node.Name, Check: check)))
        .GroupBy(row => row.Check, row => row.Subject)
        .Select(same => same.Key with { Found = $"{Names([.. same], nodes.Count)}: {same.Key.Found}" })
        .GroupBy(check => check.Name)
        .SelectMany(group => group);

    private static string Names(IReadOnlyList<string> names, int all) =>
        names.Count == all && all > 2 ? $"all {all} nodes" : string.Join(", ", names);
}
