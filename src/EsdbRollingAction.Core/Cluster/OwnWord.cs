namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Finds a node's own entry in its own answer. One that does not call itself alive is not the node's: it is what is left of another
/// process under the same name, or the answer is another node's.
/// </summary>
internal static class OwnWord
{
    /// <returns>The entry, or why there is none that counts.</returns>
    public static (GossipMember? Own, string? Problem) Of(NodeEndpoint node, GossipAnswer answer) => answer.EntryOf(node) switch
    {
        { IsAlive: true } own => (own, null),
        { IsAlive: false } => (null, "calls itself dead in its gossip"),
        null => (null, WhyNot(node, answer)),
    };

    private static string WhyNot(NodeEndpoint node, GossipAnswer answer)
    {
        var alive = answer.Members.Count(member => member.Endpoint == node && member.IsAlive);
        return (alive, answer.Members.Any(member => member.Endpoint == node), answer.Unreadable) switch
        {
            ( > 1, _, _) => $"shares its endpoint with another living member: its gossip has {alive} of them there",
            (_, true, _) => "shares its endpoint with other members in its gossip, and none of them is alive",
            (_, _, []) => "does not name itself in its gossip",
            (_, _, var unreadable) when unreadable.FirstOrDefault(member => member.Endpoint == node) is { } own =>
                $"says of itself what cannot be read: {own.Why}",
            (_, _, var unreadable) =>
                $"does not name itself in its gossip, of which {unreadable.Count} members cannot be read: {unreadable[0].Why}",
        };
    }
}
