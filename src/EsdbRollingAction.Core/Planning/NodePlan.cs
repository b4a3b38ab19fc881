using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Planning;

/// <summary>Puts together what the state says of the nodes, what the cluster says, and which instance each lives on.</summary>
internal sealed class NodePlan(
    ClusterUpdate state,
    ClusterLook look,
    IReadOnlyDictionary<NodeEndpoint, NodeOptions> options,
    IReadOnlyList<Instance> found,
    IUpdateStrategy strategy,
    DateTimeOffset now)
{
    /// <summary>Every member that anybody names, by the best word there is on it: its own, else a peer's.</summary>
    private readonly Dictionary<NodeEndpoint, GossipMember> members = look.Nodes.Values
        .SelectMany(node => (node.Answer?.Members ?? []).Select(member => (Member: member, IsOwn: member == node.Own)))
        .Where(entry => entry.Member.State != NodeState.Manager)
        .GroupBy(entry => entry.Member.Endpoint)
        .ToDictionary(
            group => group.Key,
            group => group.OrderByDescending(entry => entry.IsOwn).ThenByDescending(entry => entry.Member.IsAlive).First().Member);

    /// <summary>The state with all nodes, each with its instance.</summary>
    /// <param name="matches">The instance of every member.</param>
    /// <exception cref="RollingUpdateException">
    /// <see cref="FailureReason.InvalidInput"/>: the state names a node that the cluster never had, or another instance for one.
    /// </exception>
    public ClusterUpdate Make(IReadOnlyDictionary<NodeEndpoint, Instance> matches)
    {
        var nodes = matches
            .OrderBy(match => match.Value.NameTag ?? match.Key.Host, StringComparer.OrdinalIgnoreCase)
            .Select(match => Planned(match.Key, match.Value, matches));
        return state with { EventStoreNodeUpdates = [.. UpdateOrder.Sort(nodes.Concat(Forgotten(matches)), now)] };
    }

    /// <summary>
    /// Nodes of the state that no gossip names, but whose instance is there: gossip forgets the dead after 30 minutes. One that was
    /// never begun and whose instance is gone has left the cluster.
    /// </summary>
    private List<NodeUpdate> Forgotten(IReadOnlyDictionary<NodeEndpoint, Instance> matches)
    {
        var unnamed = state.EventStoreNodeUpdates
            .Where(node => !matches.Any(match => IsSame(node, match.Key, match.Value)))
            .Where(node => IsHeldToItsInstance(node) || node.Ec2InstanceId is not { } id || !IsGone(id))
            .ToList();
        return unnamed.Find(node => InstanceOf(node) is null) is { } stranger
            ? throw new RollingUpdateException(
                FailureReason.InvalidInput,
                $"The state file names the node '{Display(stranger)}', which the cluster does not have. "
                + $"Its members are {string.Join(", ", matches.Keys)}. Correct the entry or remove it; the file was left as it is.")
            { IsAboutState = true }
            : unnamed;

        Instance? InstanceOf(NodeUpdate node) => found.FirstOrDefault(instance =>
            instance.Id == node.Ec2InstanceId && node.NodeAddress.Length > 0
            && InstanceMatcher.Identifies(instance, new NodeToMatch(node.Endpoint, [node.NodeAddress])));
    }

    private NodeUpdate Planned(NodeEndpoint endpoint, Instance instance, IReadOnlyDictionary<NodeEndpoint, Instance> matches)
    {
        var earlier = Earlier(endpoint, instance, matches) is { } entry ? Following(entry, endpoint, instance, matches) : New();
        var restore = RestorePoint.Of(instance);
        var member = members.GetValueOrDefault(endpoint);
        var node = earlier with
        {
            NodeName = earlier.NodeName.Length > 0 ? earlier.NodeName : NameOf(endpoint, instance, matches.Values),
            NodeAddress = endpoint.Host,
            NodePort = endpoint.Port,
            NodeType = member is null ? earlier.NodeType : RoleOf(member),
            OriginalNodeType = earlier.OriginalNodeType ?? (member is null ? null : RoleOf(member)),
            Ec2InstanceId = instance.Id,
            OriginalNodePriority = earlier.OriginalNodePriority ?? restore?.Priority ?? OriginalPriority(endpoint, member),
            OriginalInstanceType = earlier.OriginalInstanceType ?? restore?.Type ?? TypeBeforeItWasDone(instance),
            CurrentNodePriority = member?.NodePriority ?? earlier.CurrentNodePriority,
        };
        return AsSeen(StillDone(node, instance) ? node : node.Fresh(), instance);
    }

    private NodeUpdate AsSeen(NodeUpdate node, Instance instance)
    {
        var version = strategy.VersionOf(instance);
        return node with { OriginalInstanceType = node.OriginalInstanceType ?? version, CurrentInstanceType = version };
    }

    /// <summary>An update that is asked for again changes nothing, and must not forget what it changed before.</summary>
    private string? TypeBeforeItWasDone(Instance instance) =>
        state.DoneBefore.FirstOrDefault(node => node.Ec2InstanceId == instance.Id && node.CurrentInstanceType == instance.Type)?.OriginalInstanceType;

    /// <summary>A node that the state calls done and somebody has changed since is worked on again.</summary>
    private bool StillDone(NodeUpdate node, Instance instance) =>
        node.NodeUpdateStatus != UpdateStatus.Success
        || (instance.State == InstanceState.Running && strategy.VersionOf(instance) == (strategy.TargetOf(node) ?? strategy.VersionOf(instance)));

    /// <summary>
    /// A priority below the configured one is what an interrupted hand-over leaves when its state file is lost: a restart
    /// brings the configured one back in any case.
    /// </summary>
    private int? OriginalPriority(NodeEndpoint node, GossipMember? member) =>
        (member?.NodePriority, options.GetValueOrDefault(node)?.NodePriority) switch
        {
            ({ } current, { } configured) => Math.Max(current, configured),
            var (current, configured) => current ?? configured,
        };

    private static NodeType RoleOf(GossipMember member) => member switch
    {
        { IsReadOnlyReplica: true } => NodeType.ReadOnlyReplica,
        { State: NodeState.Leader, IsAlive: true } => NodeType.Leader,
        _ => NodeType.Follower,
    };

    private static NodeUpdate New() => new() { NodeUpdateStatusDetail = nameof(NodePhase.Pending), NodeType = NodeType.Follower };

    /// <summary>
    /// The entry of the node that lives on this instance now. What is known of another instance says nothing of this one; only a node that
    /// was begun is held to its own, since it may be what the update stopped, unless that is gone and this one runs in its place.
    /// </summary>
    private NodeUpdate Following(
        NodeUpdate entry, NodeEndpoint endpoint, Instance instance, IReadOnlyDictionary<NodeEndpoint, Instance> matches)
    {
        if (entry.Ec2InstanceId is not { } claimed || claimed == instance.Id)
        {
            return entry;
        }

        if (IsHeldToItsInstance(entry) && !(IsGone(claimed) && instance.State == InstanceState.Running))
        {
            throw new RollingUpdateException(
                FailureReason.InvalidInput,
                $"The state file says that {Display(entry)}, which the update has begun, lives on {claimed}, "
                + $"but it is matched with {instance.Id}. If {instance.Id} has replaced it, terminate {claimed} or remove the entry; "
                + "else correct Ec2InstanceId. The file was left as it is.")
            { IsAboutState = true };
        }

        if (entry.NodeAddress.Length == 0 && matches.Values.Any(other => other.Id == claimed))
        {
            throw new RollingUpdateException(
                FailureReason.InvalidInput,
                $"The state file says that {Display(entry)} lives on {claimed}, which is another node's: {Display(entry)} lives on {instance.Id}. "
                + "Correct Ec2InstanceId or NodeName. The file was left as it is.")
            { IsAboutState = true };
        }

        return New() with
        {
            NodeName = IsCalled(entry.NodeName, endpoint, instance) ? entry.NodeName : "",
            NodeType = entry.NodeType,
            TargetInstanceType = entry.TargetInstanceType,
            UnknownFields = entry.UnknownFields,
        };
    }

    /// <summary>Whether something was done to the node, or it is done.</summary>
    private static bool IsHeldToItsInstance(NodeUpdate node) => node.NodeUpdateStatus == UpdateStatus.Success || node.HasBegun;

    /// <summary>Whether EC2 does not show the instance any more, or only that it is being terminated.</summary>
    private bool IsGone(string id) => !found.Any(instance =>
        instance.Id == id && instance.State is not (InstanceState.ShuttingDown or InstanceState.Terminated));

    /// <summary>
    /// An entry is found again by its instance if it is held to it, by its address, else by its instance, else by its name: one that is
    /// another member's by its address is not this one.
    /// </summary>
    private NodeUpdate? Earlier(NodeEndpoint endpoint, Instance instance, IReadOnlyDictionary<NodeEndpoint, Instance> matches)
    {
        var nodes = state.EventStoreNodeUpdates;
        return nodes.FirstOrDefault(node => node.Ec2InstanceId == instance.Id && IsHeldToItsInstance(node))
            ?? nodes.FirstOrDefault(node => node.Endpoint == endpoint && !(IsHeldToItsInstance(node) && IsMatched(node.Ec2InstanceId)))
            ?? nodes.FirstOrDefault(node => node.Ec2InstanceId == instance.Id && !IsAtAnother(node))
            ?? nodes.FirstOrDefault(node => IsCalled(node.NodeName, endpoint, instance) && !IsAtAnother(node));

        bool IsMatched(string? id) => id != instance.Id && matches.Values.Any(other => other.Id == id);
        bool IsAtAnother(NodeUpdate node) => node.NodeAddress.Length > 0 && node.Endpoint != endpoint && matches.ContainsKey(node.Endpoint);
    }

    private static bool IsSame(NodeUpdate node, NodeEndpoint endpoint, Instance instance) =>
        node.Endpoint == endpoint || node.Ec2InstanceId == instance.Id || IsCalled(node.NodeName, endpoint, instance);

    private static bool IsCalled(string name, NodeEndpoint endpoint, Instance instance) => name.Length > 0
        && (string.Equals(instance.NameTag, name, StringComparison.OrdinalIgnoreCase)
            || string.Equals(endpoint.Host, name, StringComparison.OrdinalIgnoreCase)
            || endpoint.Host.StartsWith(name + ".", StringComparison.OrdinalIgnoreCase));

    /// <summary>The Name tag where it tells the nodes apart, else the host.</summary>
    private static string NameOf(NodeEndpoint endpoint, Instance instance, IEnumerable<Instance> all)
    {
        var isName = !string.IsNullOrWhiteSpace(instance.NameTag) && all.Count(other => other.NameTag == instance.NameTag) == 1;
        return isName ? instance.NameTag! : System.Net.IPAddress.TryParse(endpoint.Host, out _) ? endpoint.ToString() : endpoint.Host;
    }

    private static string Display(NodeUpdate node) => node.NodeName.Length > 0 ? node.NodeName : node.Endpoint.ToString();
}
