using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Measures;

/// <summary>Questions about the cluster's own truth. Ask inside <see cref="World.Do{T}"/>.</summary>
internal sealed class ClusterHealth(ModelWorld model, SandboxOptions options)
{
    private const long LevelBytes = 1_048_576;

    public Cluster Cluster => model.Cluster;

    public Ssm Ssm => model.Ssm;

    public IReadOnlyList<Node> Nodes => model.Cluster.Nodes;

    public Ec2Instance InstanceOf(Node node) => model.Ec2.Of(node.Name);

    public bool IsRunning(Node node) => InstanceOf(node).State == Ec2State.Running;

    /// <summary>The node still has to be changed, or is being changed.</summary>
    public bool IsPending(Node node) => options switch
    {
        { Command: not null } => !Ssm.IsUpdated(node.Name),
        { Upgrade: { } upgrade } => !ServerVersions.BeginsWith(node.RunningVersion, upgrade.WantedVersion),
        { Restarts: { } kind } => !IsRestarted(node, kind),
        _ => InstanceOf(node).Type != options.TargetInstanceType,
    };

    /// <summary>Nodes have another version of the database when they were changed, and none of them may lead one that was not.</summary>
    public bool IsUpgrade => options.Upgrade is { IsTakenBack: false };

    /// <summary>What was to bring another version has ended in whatever, and the node runs none.</summary>
    public bool HasMissedItsVersion(Node node) => options.Upgrade is not null && IsPending(node) && Ssm.HasEnded(node.Name);

    /// <summary>The version that runs, where versions are what is rolled.</summary>
    public string VersionOf(Node node) => options.Upgrade is null ? "" : $" {node.RunningVersion}";

    /// <summary>It may go down any moment: it is to reboot, or a command is under way on it.</summary>
    public bool IsToGoDown(Node node) => model.Ec2.IsToReboot(node.Name) || Ssm.IsUnderWay(node.Name);

    public bool HasData(Node node) => node is { IsUp: true, HasJoined: true } && model.Cluster.BytesBehind(node) <= LevelBytes;

    /// <summary>One that is to go down is as good as down, like one whose instance is stopping.</summary>
    public bool IsLevel(Node node) => node.State is VNodeState.Leader or VNodeState.Follower or VNodeState.ReadOnlyReplica
        && node.IsHealthy && HasData(node) && !IsToGoDown(node);

    /// <summary>Another process on a machine that was brought up anew: a process that crashed and came back is no restart.</summary>
    private bool IsRestarted(Node node, RestartKind kind) => node.InstanceId != node.FirstInstanceId
        && (kind == RestartKind.Reboot ? model.Ec2.RebootsOf(node.Name) : model.Ec2.StartsOf(node.Name)) > 0;

    /// <summary>One leader, everybody running and level: nothing is in the way of the next act.</summary>
    public bool IsFine => Cluster.IsWritable && Nodes.All(node => IsRunning(node) && IsLevel(node));

    public bool IsDone => Nodes.All(node => !IsPending(node));
}
