using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Measures;

/// <summary>Questions about the cluster's own truth. Ask inside <see cref="World.Do{T}"/>.</summary>
internal sealed class ClusterHealth(ModelWorld model, SandboxOptions options)
{
    private const long LevelBytes = 1_048_576;

    public Cluster Cluster => model.Cluster;

    public IReadOnlyList<Node> Nodes => model.Cluster.Nodes;

    public Ec2Instance InstanceOf(Node node) => model.Ec2.Of(node.Name);

    public bool IsRunning(Node node) => InstanceOf(node).State == Ec2State.Running;

    /// <summary>The node still has to be changed, or is being changed.</summary>
    public bool IsPending(Node node) => options.Restarts is { } kind
        ? !IsRestarted(node, kind)
        : InstanceOf(node).Type != options.TargetInstanceType;

    /// <summary>It may go down any moment.</summary>
    public bool IsToReboot(Node node) => model.Ec2.IsToReboot(node.Name);

    public bool HasData(Node node) => node is { IsUp: true, HasJoined: true } && model.Cluster.BytesBehind(node) <= LevelBytes;

    /// <summary>One that is to reboot is as good as down, like one whose instance is stopping.</summary>
    public bool IsLevel(Node node) => node.State is VNodeState.Leader or VNodeState.Follower or VNodeState.ReadOnlyReplica
        && node.IsHealthy && HasData(node) && !IsToReboot(node);

    /// <summary>Another process on a machine that was brought up anew: a process that crashed and came back is no restart.</summary>
    private bool IsRestarted(Node node, RestartKind kind) => node.InstanceId != node.FirstInstanceId
        && (kind == RestartKind.Reboot ? model.Ec2.RebootsOf(node.Name) : model.Ec2.StartsOf(node.Name)) > 0;

    /// <summary>One leader, everybody running and level: nothing is in the way of the next act.</summary>
    public bool IsFine => Cluster.IsWritable && Nodes.All(node => IsRunning(node) && IsLevel(node));

    public bool IsDone => Nodes.All(node => !IsPending(node));
}
