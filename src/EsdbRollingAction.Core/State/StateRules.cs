namespace EsdbRollingAction.Core.State;

/// <summary>What a state must hold beyond being JSON. It is input, so it is not trusted.</summary>
internal static class StateRules
{
    private const int DefaultPort = 2113;

    /// <summary>The value of a tag has at most 256 characters, of one or two UTF-16 units each; a host with its port has fewer.</summary>
    private const int LongestName = 512;
    private const double MostSeconds = 100 * 24 * 60 * 60;

    /// <summary>The state with what may be left out filled in.</summary>
    /// <param name="state">As it was read.</param>
    /// <param name="invalid">Makes the exception from what is wrong.</param>
    public static ClusterUpdate Complete(ClusterUpdate state, Func<string, RollingUpdateException> invalid)
    {
        if (state.MaxNumberOfIterationsPerNodeUpdate is < 1)
        {
            throw invalid("is not valid: MaxNumberOfIterationsPerNodeUpdate must be at least 1");
        }

        // A field that the JSON does not hold reads as null, whatever its type says.
        var nodes = (state.EventStoreNodeUpdates ?? []).Select((node, index) => Complete(node, index, invalid)).ToList();
        RefuseTwins(nodes, node => node.NodeName, "NodeName", invalid);
        RefuseTwins(nodes, node => node.NodeAddress.Length == 0 ? "" : node.Endpoint.ToString(), "NodeAddress and NodePort", invalid);
        RefuseTwins(nodes, node => node.Ec2InstanceId ?? "", "Ec2InstanceId", invalid);
        return state with
        {
            EventStoreNodeUpdates = nodes,
            NodesUpdatedInRun = Math.Max(0, state.NodesUpdatedInRun),
            LongestSecondsWithoutLeader = state.LongestSecondsWithoutLeader is { } seconds and >= 0 and < MostSeconds ? seconds : null,
        };
    }

    private static NodeUpdate Complete(NodeUpdate? read, int index, Func<string, RollingUpdateException> invalid)
    {
        var where = $"EventStoreNodeUpdates[{index}]";
        var node = (read ?? throw invalid($"is not valid: {where} is null")) with
        {
            NodeName = read.NodeName ?? "",
            NodeAddress = read.NodeAddress ?? "",
            Phases = [.. (read.Phases ?? []).OfType<PhaseSpan>()],
            CommandRequests = [.. (read.CommandRequests ?? []).Where(request => request is { Word: not null })],
        };
        return node switch
        {
            { NodeName: "", NodeAddress: "" } => throw invalid($"is not valid: {where} has neither NodeName nor NodeAddress"),
            { NodeName.Length: > LongestName } =>
                throw invalid($"is not valid: {where}.NodeName has more than {LongestName} characters"),
            { NodePort: < 0 or > 65535 } => throw invalid($"is not valid: {where}.NodePort {node.NodePort} is not a port"),
            { UpdateIterations: < 0 } => throw invalid($"is not valid: {where}.UpdateIterations is negative"),
            { IterationsTowardsLimit: < 0 } => throw invalid($"is not valid: {where}.IterationsTowardsLimit is negative"),
            { AlarmIterations: < 0 } => throw invalid($"is not valid: {where}.AlarmIterations is negative"),
            { NodePort: 0 } => node with { NodePort = DefaultPort },
            _ => node,
        };
    }

    private static void RefuseTwins(
        List<NodeUpdate> nodes, Func<NodeUpdate, string> key, string what, Func<string, RollingUpdateException> invalid)
    {
        var twin = nodes.Select(key)
            .Where(value => value.Length > 0)
            .GroupBy(value => value, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        if (twin is not null)
        {
            throw invalid($"is not valid: two nodes have the same {what} '{twin.Key}'");
        }
    }
}

/// <summary>The state is refused: another one, or none, would be accepted.</summary>
internal static class InvalidState
{
    public static RollingUpdateException Because(string why) =>
        new(FailureReason.InvalidInput, why) { IsAboutState = true };
}
