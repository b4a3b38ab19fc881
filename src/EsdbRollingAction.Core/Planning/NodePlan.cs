using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Planning;

/// <summary>Puts together what the state says of the nodes, what the cluster says, and which instance each lives on.</summary>
internal sealed class NodePlan(ClusterUpdate state, FirstLook first, NodeMatches instances, IUpdateStrategy strategy)
{
    private static readonly TimeSpan LongestUpdate = TimeSpan.FromDays(1);

    private readonly List<MatchedNode> matches = [.. instances.Matches.Select(match => new MatchedNode(match.Key, match.Value))];

    /// <summary>Every member that anybody names, by the best word there is on it: its own, else a peer's.</summary>
    private readonly Dictionary<NodeEndpoint, GossipMember> members = first.Look.Nodes.Values
        .Select(node => node.Own)
        .OfType<GossipMember>()
        .Concat(first.Look.Nodes.Values.SelectMany(node => node.Answer?.Members ?? []).OrderByDescending(member => member.IsAlive))
        .Where(member => member.State != NodeState.Manager)
        .DistinctBy(member => member.Endpoint)
        .ToDictionary(member => member.Endpoint);

    /// <summary>The state with all nodes, each with its instance.</summary>
    /// <exception cref="RollingUpdateException">
    /// <see cref="FailureReason.InvalidInput"/>: the state names a node that the cluster never had, or another instance for one.
    /// </exception>
    public ClusterUpdate Make(DateTimeOffset now)
    {
        var nodes = matches
            .OrderBy(match => match.Instance.NameTag ?? match.Endpoint.Host, StringComparer.OrdinalIgnoreCase)
            .Select(match => Planned(match, now));
        return state with { EventStoreNodeUpdates = [.. UpdateOrder.Sort(nodes.Concat(Unnamed()), now)] };
    }

    /// <summary>
    /// Nodes of the state that no gossip names, but whose instance is there: gossip forgets the dead after 30 minutes. One that was
    /// never begun and whose instance is gone has left the cluster.
    /// </summary>
    private List<NodeUpdate> Unnamed()
    {
        var unnamed = state.EventStoreNodeUpdates
            .Where(node => !matches.Exists(match => match.MayBe(node)))
            .Where(node => IsHeldToItsInstance(node) || node.Ec2InstanceId is not { } id || !IsGone(id))
            .ToList();
        return unnamed.Find(node => !IsOnItsInstance(node)) is not { } stranger ? unnamed : throw InvalidState.Because(
            $"The state file names the node '{Display(stranger)}', which the cluster does not have. "
            + $"Its members are {string.Join(", ", instances.Matches.Keys)}. Correct the entry or remove it; the file was left as it is.");
    }

    private NodeUpdate Planned(MatchedNode match, DateTimeOffset now)
    {
        var (endpoint, instance) = match;
        var earlier = Earlier(match) is { } entry ? Following(entry, match) : New;
        var restore = RestorePoint.Of(instance);
        var member = members.GetValueOrDefault(endpoint);
        var own = OwnWordOf(endpoint);
        var role = member is null ? (NodeType?)null : RoleOf(member);
        var node = earlier with
        {
            NodeName = earlier.NodeName.Length > 0 ? earlier.NodeName : NameOf(match),
            NodeAddress = endpoint.Host,
            NodePort = endpoint.Port,
            NodeType = role ?? earlier.NodeType,
            OriginalNodeType = earlier.OriginalNodeType ?? role,
            Ec2InstanceId = instance.Id,
            OriginalNodePriority = earlier.OriginalNodePriority ?? restore?.Priority ?? OriginalPriority(endpoint, own),
            CurrentNodePriority = own?.NodePriority ?? earlier.CurrentNodePriority,
            OriginalInstanceType = earlier.OriginalInstanceType ?? restore?.Type ?? TypeBeforeItWasDone(instance),
            OriginalVersion = earlier.OriginalVersion ?? VersionBefore(restore, instance, now),
            CurrentInstanceType = instance.Type,
        };
        node = node.WithVersion(strategy.VersionOf(node, new SeenNode(instance, own, now)));
        return IsChangedSinceDone(node) ? node.Fresh() : node;
    }

    /// <summary>A failed update leaves its restore points. What one of long ago did to the node says nothing of this one.</summary>
    private string? VersionBefore(RestorePoint? restore, Instance instance, DateTimeOffset now) =>
        restore?.Target == strategy.TargetVersion && now - instance.Details.LaunchedAt < LongestUpdate ? restore?.Version : null;

    private GossipMember? OwnWordOf(NodeEndpoint endpoint) => first.Look.Nodes.GetValueOrDefault(endpoint)?.Own;

    /// <summary>An update that is asked for again changes nothing, and must not forget what it changed before.</summary>
    private string? TypeBeforeItWasDone(Instance instance) => state.DoneBefore
        .FirstOrDefault(node => node.Ec2InstanceId == instance.Id && node.CurrentInstanceType == instance.Type)
        ?.OriginalInstanceType;

    /// <summary>A node that the state calls done and somebody has changed since is worked on again.</summary>
    private bool IsChangedSinceDone(NodeUpdate node) =>
        node.NodeUpdateStatus is UpdateStatus.Success && !strategy.IsAsWanted(node);

    /// <summary>
    /// A priority below the configured one is what an interrupted hand-over leaves when its state file is lost: a restart
    /// brings the configured one back in any case. Of a node that says nothing itself nothing is known: a peer that has just started shows
    /// a placeholder. Nor of one that an earlier run may have lowered, and whose options alone could not be read.
    /// </summary>
    private int? OriginalPriority(NodeEndpoint node, GossipMember? own)
    {
        var configured = first.Options.GetValueOrDefault(node)?.NodePriority;
        var mayBeLowered = configured is null && strategy.KeepsOldLeader;
        return mayBeLowered || configured > own?.NodePriority ? configured : own?.NodePriority ?? configured;
    }

    private static NodeType RoleOf(GossipMember member) => member switch
    {
        { IsReadOnlyReplica: true } => NodeType.ReadOnlyReplica,
        { State: NodeState.Leader } => NodeType.Leader,
        _ => NodeType.Follower,
    };

    private static NodeUpdate New => new() { NodeUpdateStatusDetail = nameof(NodePhase.Pending), NodeType = NodeType.Follower };

    /// <summary>
    /// The entry of the node that lives on this instance now. What is known of another instance says nothing of this one; only a node that
    /// was begun is held to its own, since it may be what the update stopped, unless that is gone and this one runs in its place.
    /// </summary>
    private NodeUpdate Following(NodeUpdate entry, MatchedNode match)
    {
        var instance = match.Instance;
        if (entry.Ec2InstanceId is not { } claimed || claimed == instance.Id)
        {
            return entry;
        }

        var isHeld = IsHeldToItsInstance(entry);
        if (IsMatched(claimed) && (isHeld || entry.NodeAddress.Length == 0))
        {
            throw InvalidState.Because(
                $"The state file says that {Display(entry)} lives on {claimed}, which is another node's: "
                + $"{Display(entry)} lives on {instance.Id}. "
                + "Correct Ec2InstanceId, NodeAddress or NodeName. The file was left as it is.");
        }

        if (isHeld && !(IsGone(claimed) && instance.State is InstanceState.Running))
        {
            throw InvalidState.Because(
                $"The state file says that {Display(entry)}, which the update has begun, lives on {claimed}, "
                + $"but it is matched with {instance.Id}. If {instance.Id} has replaced it, terminate {claimed} or remove the entry; "
                + "else correct Ec2InstanceId. The file was left as it is.");
        }

        return New with
        {
            NodeType = entry.NodeType,
            TargetInstanceType = entry.TargetInstanceType,
            UnknownFields = entry.UnknownFields,
        };
    }

    /// <summary>The entry of a node, by the first of the ways that finds one. An entry at another member's address is that one's.</summary>
    private NodeUpdate? Earlier(MatchedNode match)
    {
        var (endpoint, instance) = match;
        Func<NodeUpdate, bool>[] ways = [IsHeldToThisInstance, IsAtThisAddress, IsOnThisInstance, HasThisName];
        return ways.Select(way => state.EventStoreNodeUpdates.FirstOrDefault(way)).FirstOrDefault(found => found is not null);

        bool IsHeldToThisInstance(NodeUpdate node) => node.Ec2InstanceId == instance.Id && IsHeldToItsInstance(node);

        bool IsAtThisAddress(NodeUpdate node) => node.Endpoint == endpoint;

        bool IsOnThisInstance(NodeUpdate node) => node.Ec2InstanceId == instance.Id && !IsAtAnother(node);

        bool HasThisName(NodeUpdate node) => match.IsCalled(node.NodeName) && !IsAtAnother(node);

        bool IsAtAnother(NodeUpdate node) => instances.Matches.ContainsKey(node.Endpoint);
    }

    /// <summary>Whether something was done to the node, or it is done.</summary>
    private static bool IsHeldToItsInstance(NodeUpdate node) => node.NodeUpdateStatus is UpdateStatus.Success || node.HasBegun;

    private bool IsGone(string id) => !instances.Found.Any(instance => instance.Id == id);

    private bool IsMatched(string? id) => matches.Exists(match => match.Instance.Id == id);

    private bool IsOnItsInstance(NodeUpdate node) =>
        instances.InstanceOf(node) is { } instance && InstanceMatcher.Identifies(instance, new NodeToMatch(node.Endpoint, []));

    /// <summary>The Name tag where it tells the nodes apart, else the host.</summary>
    private string NameOf(MatchedNode node)
    {
        var name = node.Instance.NameTag;
        var isItsOwn = !string.IsNullOrWhiteSpace(name) && matches.Count(other => other.Instance.NameTag == name) == 1;
        return isItsOwn ? name! : node.Endpoint.Host;
    }

    private static string Display(NodeUpdate node) => node.NodeName.Length > 0 ? node.NodeName : node.Endpoint.ToString();

    private sealed record MatchedNode(NodeEndpoint Endpoint, Instance Instance)
    {
        public bool MayBe(NodeUpdate node) =>
            node.Endpoint == Endpoint || node.Ec2InstanceId == Instance.Id || IsCalled(node.NodeName);

        public bool IsCalled(string name)
        {
            string?[] names = [Instance.NameTag, Endpoint.Host];
            var isHostsBeginning = Endpoint.Host.StartsWith($"{name}.", StringComparison.OrdinalIgnoreCase);
            return name.Length > 0 && (isHostsBeginning || names.Contains(name, StringComparer.OrdinalIgnoreCase));
        }
    }
}
