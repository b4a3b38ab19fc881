namespace EsdbRollingAction.Core.Cluster;

/// <summary>Tells when all nodes advertise one endpoint, such as a load balancer's or each its own loopback address.</summary>
internal static class SharedEndpoint
{
    /// <returns>The refusal, or null: in no answer do all living members share an endpoint.</returns>
    public static RollingUpdateException? Of(IReadOnlyDictionary<NodeEndpoint, NodeLook> answers) =>
        answers.Values.Select(look => look.Answer).OfType<GossipAnswer>().Select(Of).FirstOrDefault(refusal => refusal is not null);

    private static RollingUpdateException? Of(GossipAnswer answer)
    {
        var living = answer.Members.Where(member => member is { IsAlive: true, State: not NodeState.Manager }).ToList();
        return living.Count > 1 && living.TrueForAll(member => member.Endpoint == living[0].Endpoint)
            ? new RollingUpdateException(
                FailureReason.PreflightRefused,
                $"All {living.Count} nodes advertise one endpoint, {living[0].Endpoint}: they cannot be told apart. "
                + "Let each node advertise an address of its own that this machine reaches (the server's `NodeHostAdvertiseAs` and "
                + "`AdvertiseHostToClientAs`, before 23.10 `ExtHostAdvertiseAs`). Nothing was changed.")
            : null;
    }
}
