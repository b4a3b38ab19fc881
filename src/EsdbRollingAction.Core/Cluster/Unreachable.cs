namespace EsdbRollingAction.Core.Cluster;

/// <summary>Says why nobody answers, and whether it may pass by itself.</summary>
internal static class Unreachable
{
    private const string NameSeveral = "Name several nodes in the connection string, so that one that is down does not hide the others.";

    /// <summary>No node of the connection string answers, and something may have been done for one all the same.</summary>
    public static RollingUpdateException Because(IEnumerable<(NodeEndpoint Seed, AskedGossip Asked)> seeds)
    {
        var problems = seeds.Select(one => Sentence.Of($"{one.Seed}", one.Asked.Problem ?? "knows no member"));
        var text = $"No node of the cluster answers. {string.Join("; ", problems)}. {NameSeveral}";
        return new RollingUpdateException(FailureReason.ClusterUnreachable, text);
    }

    public static RollingUpdateException Because(
        string what, IReadOnlyDictionary<NodeEndpoint, NodeLook> looks, params IEnumerable<string> others)
    {
        var problems = looks
            .Where(look => look.Value.Own is null)
            .GroupBy(look => look.Value.Problem ?? "knows no member", look => look.Key)
            .Select(same => Sentence.Of(string.Join(", ", same), same.Key));
        var text = $"{what} {string.Join("; ", others.Concat(problems))}. Nothing was changed.";
        return looks.Values.Any(look => look.IsForGood)
            ? new RollingUpdateException(FailureReason.PreflightRefused, text)
            : new RollingUpdateException(FailureReason.ClusterUnreachable, $"{text} {NameSeveral}");
    }
}
