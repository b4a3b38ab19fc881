namespace EsdbRollingAction.Core.Cluster;

/// <summary>A node gave no usable answer: refused, timed out, reset, or answered something else than the interface says.</summary>
/// <param name="node">The node that was asked.</param>
/// <param name="what">What the node did or did not, beginning with a verb and without secrets.</param>
/// <param name="innerException">What caused it, if anything did.</param>
public sealed class NodeUnreachableException(NodeEndpoint node, string what, Exception? innerException = null)
    : Exception(Sentence.Of(node.ToString(), what), innerException)
{
    /// <summary>What went wrong, without secrets.</summary>
    public string What { get; } = what;

    /// <summary>Whether waiting does not help: somebody must change the node or the connection string.</summary>
    public bool IsForGood { get; init; }

    /// <summary>Whether the time was over before there was an answer.</summary>
    public bool IsLate { get; init; }
}
