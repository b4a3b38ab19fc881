using System.Text.Json;
using System.Text.Json.Serialization;

namespace EsdbRollingAction.Core.State;

/// <summary>The whole state of a rolling update: one JSON object that goes in and comes out. It never holds a secret.</summary>
public sealed record ClusterUpdate
{
    /// <summary>The limit when neither the inputs nor the state name one.</summary>
    public const int DefaultMaxIterations = 1000;

    /// <summary>The nodes, in update order.</summary>
    public IReadOnlyList<NodeUpdate> EventStoreNodeUpdates { get; init; } = [];

    /// <summary>How far the cluster is.</summary>
    public UpdateStatus ClusterUpdateStatus { get; init; }

    /// <summary>Which change is rolled.</summary>
    public string? UpdateStrategy { get; init; }

    /// <summary>The type every instance shall have.</summary>
    public string? TargetInstanceType { get; init; }

    /// <summary>The version every node shall have, where that is not an instance type.</summary>
    public string? TargetVersion { get; init; }

    /// <summary>The version of the document that is run, as the checks found it; null where none is.</summary>
    public string? DocumentVersion { get; init; }

    /// <summary>A digest of what is run, and of what would take it back; null where nothing is run.</summary>
    public string? CommandDigest { get; init; }

    /// <summary>What people call the cluster; null when nobody has said so.</summary>
    public string? ClusterName { get; init; }

    /// <summary>Whether an update is taken back: every node gets the type that it had before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TakesBack { get; init; }

    /// <summary>How many iterations one node may take; null stands for <see cref="DefaultMaxIterations"/>.</summary>
    public int? MaxNumberOfIterationsPerNodeUpdate { get; init; }

    /// <summary>The limit that the inputs asked for: another one in the state was written by a person.</summary>
    public int? RequestedMaxIterations { get; init; }

    /// <summary>When the first iteration began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the last iteration was decided.</summary>
    public DateTimeOffset? LastIterationAt { get; init; }

    /// <summary>When the update was done or failed.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The longest time in which no node was seen to lead, in seconds, by every observation.</summary>
    public double? LongestSecondsWithoutLeader { get; init; }

    /// <summary>Since when fewer voters than a majority are seen to be alive; null while the cluster has its quorum.</summary>
    public DateTimeOffset? QuorumLostSince { get; init; }

    /// <summary>How many nodes the present run has updated; the processes of one that goes step by step count together.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int NodesUpdatedInRun { get; init; }

    /// <summary>Why the last run ended between two nodes; null when it did not.</summary>
    public PauseReason? PausedBecause { get; init; }

    /// <summary>The digest of the plan that this update was approved with, or null.</summary>
    public string? PlanDigest { get; init; }

    /// <summary>The id of the lease that the run holds: steps of one run are processes of their own, and share it.</summary>
    public string? LeaseId { get; init; }

    /// <summary>When this update asked auto-scavenge to pause; null while it has not, and once it has resumed it.</summary>
    public DateTimeOffset? AutoScavengePausedAt { get; init; }

    /// <summary>Why the run goes on though auto-scavenge is not paused; null unless it does.</summary>
    public string? AutoScavengeWaived { get; init; }

    /// <summary>Fields this version does not know; they survive a round trip.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? UnknownFields { get; set; }

    /// <summary>The nodes of the same update when it was done before: what they were then is still what it can be taken back to.</summary>
    [JsonIgnore]
    public IReadOnlyList<NodeUpdate> DoneBefore { get; init; } = [];

    /// <summary>The nodes of the state that this one follows, of whatever update: they tell how long a node takes.</summary>
    [JsonIgnore]
    public IReadOnlyList<NodeUpdate> EarlierNodes { get; init; } = [];

    /// <summary>The limit in force.</summary>
    public int MaxIterations => MaxNumberOfIterationsPerNodeUpdate ?? DefaultMaxIterations;

    /// <summary>The version every node shall have, in the word of the strategy; null when only some nodes have one.</summary>
    public string? Target => TargetVersion ?? TargetInstanceType;

    /// <summary>The version that the node shall have; null when it stays as it is.</summary>
    public string? TargetOf(NodeUpdate node) => node.TargetInstanceType ?? (TakesBack ? node.VersionBefore : Target);

    /// <summary>The instance type with which the node is started; null when it is not known.</summary>
    public string? TypeStartedAs(NodeUpdate node) => TargetVersion is null ? TargetOf(node) : node.CurrentInstanceType;

    /// <summary>The ids of its nodes' instances, as far as they are known.</summary>
    public List<string> InstanceIds() => [.. EventStoreNodeUpdates.Select(node => node.Ec2InstanceId).OfType<string>()];

    /// <summary>The state with this node in the place of the one of the same endpoint.</summary>
    public ClusterUpdate With(NodeUpdate node) => this with
    {
        EventStoreNodeUpdates = [.. EventStoreNodeUpdates.Select(other => other.Endpoint == node.Endpoint ? node : other)],
    };

    /// <summary>The node as it is in this state.</summary>
    public NodeUpdate Current(NodeUpdate node) => EventStoreNodeUpdates.First(other => other.Endpoint == node.Endpoint);
}
