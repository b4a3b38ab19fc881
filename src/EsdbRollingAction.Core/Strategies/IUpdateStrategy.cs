using EsdbRollingAction.Core.Checks;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Which change is rolled over the cluster. One file each; the order and the safety rules are the same for all.</summary>
public interface IUpdateStrategy
{
    /// <summary>The name in the input <c>update-strategy</c> and in the state.</summary>
    string Name { get; }

    /// <summary>Whether the change can be made to a node's instance, by what EC2 told before anything is changed.</summary>
    IEnumerable<Check> Check(CheckedNode node, InstanceFacts facts);

    /// <summary>The node with what must be known to take the change back, and what its instance is like now.</summary>
    /// <param name="node">The node.</param>
    /// <param name="instance">Its instance as EC2 showed it.</param>
    /// <param name="now">A change that EC2 accepted a moment before tells more than a read.</param>
    NodeUpdate WithSeen(NodeUpdate node, Instance instance, DateTimeOffset now);

    /// <summary>Whether the instance is as the node shall have it: the target, or the original when it is rolling back.</summary>
    bool IsAsWanted(NodeUpdate node, Instance instance);

    /// <summary>The change in words, such as <c>t2.large → t2.xlarge</c>.</summary>
    string Describe(NodeUpdate node, Instance instance);

    /// <summary>Makes the stopped instance as the node shall have it. Doing it twice is doing it once.</summary>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    Task ApplyAsync(NodeUpdate node, CancellationToken cancellationToken);
}
