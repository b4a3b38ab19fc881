namespace EsdbRollingAction.Core.Updating;

/// <summary>What <see cref="Decider"/> made of a state and an observation.</summary>
/// <param name="State">The state with what was derived from the observation.</param>
/// <param name="Node">The node it is about, or null at the end.</param>
/// <param name="Act">The one next act.</param>
/// <param name="Why">The reason: a clause.</param>
/// <param name="Rule">The safety rule that holds the node back, or null.</param>
/// <param name="BytesBehind">How far the node is behind the leader while it catches up, or null.</param>
public sealed record Decision(ClusterUpdate State, NodeUpdate? Node, Act Act, string Why, string? Rule = null, long? BytesBehind = null)
{
    /// <summary>The reason: a clause, without a full stop.</summary>
    public string Why { get; init => field = Sentence.Clause(value); } = Sentence.Clause(Why);

    /// <summary>That fewer voters are alive than a majority, or null.</summary>
    public LostQuorum? LostQuorum { get; init; }
}
