namespace EsdbRollingAction.Core.Cluster;

/// <summary>Says why nobody answers, and whether it may pass by itself.</summary>
internal static class Unreachable
{
    private const string NameSeveral = "Name several nodes in the connection string, so that one that is down does not hide the others.";

    /// <summary>No node of the connection string answers, and something may have been done for one all the same.</summary>
    public static RollingUpdateException Because(IEnumerable<(NodeEndpoint Seed, AskedGossip Asked)> seeds)
    {
        var problems = Problems(seeds.Select(one => (one.Seed, one.Asked.Problem)));
        var text = $"No node of the cluster answers. {string.Join("; ", problems)}. {NameSeveral}";
        return new RollingUpdateException(FailureReason.ClusterUnreachable, text);
    }

    public static RollingUpdateException Because(
        string what, IReadOnlyDictionary<NodeEndpoint, NodeLook> looks, params IEnumerable<string> others)
    {
        var problems = Problems(looks.Where(look => look.Value.Own is null).Select(look => (look.Key, look.Value.Problem)));
        var text = $"{what} {string.Join("; ", others.Concat(problems))}. Nothing was changed.";
        return looks.Values.Any(look => look.IsForGood)
            ? new RollingUpdateException(FailureReason.PreflightRefused, text)
            : new RollingUpdateException(FailureReason.ClusterUnreachable, $"{text} {NameSeveral}");
    }

    /// <summary>Each problem once, with the nodes that have it.</summary>
    private static IEnumerable<string> Problems(IEnumerable<(NodeEndpoint Node, string? Problem)> asked) => asked
        .GroupBy(one => one.Problem ?? "knows no member", one => one.Node)
        .Select(same => Sentence.Of(string.Join(", ", same), same.Key));
}
