using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Resuming;

/// <summary>
/// A cluster and its instances as a sandbox left them, for the next one to start from. What was under way has ended by then: an
/// instance that was stopping is stopped, one that was starting runs, one that was to reboot has rebooted, and whoever runs is level.
/// </summary>
/// <param name="Nodes">Every node with how it was left.</param>
/// <param name="Leader">Who leads.</param>
public sealed record LeftCluster(IReadOnlyList<NodeOptions> Nodes, string Leader)
{
    /// <inheritdoc cref="SandboxOptions.Secured"/>
    public bool Secured { get; init; }

    /// <inheritdoc cref="SandboxOptions.Tls"/>
    public bool Tls { get; init; }

    /// <inheritdoc cref="SandboxOptions.ServerVersion"/>
    public string ServerVersion { get; init; } = new SandboxOptions().ServerVersion;

    /// <inheritdoc cref="SandboxOptions.AutoScavenge"/>
    public AutoScavengeState? AutoScavenge { get; init; }

    /// <inheritdoc cref="SandboxOptions.Reservations"/>
    public IReadOnlyList<CapacityReservation> Reservations { get; init; } = [];

    /// <inheritdoc cref="SandboxOptions.LeftCommands"/>
    public IReadOnlyList<LeftCommand> Commands { get; init; } = [];

    /// <summary>Whether a sandbox can start from it: a leader that runs, with a majority of the voters.</summary>
    internal bool CanLead
    {
        get
        {
            var voters = Nodes.Where(node => !node.IsReadOnlyReplica).ToList();
            var running = voters.Where(node => node.Left is { IsDown: false }).ToList();
            return Nodes.All(node => node.Left is not null)
                && running.Count > voters.Count / 2
                && running.Exists(node => node.Name == Leader);
        }
    }

    /// <summary>
    /// These options with this cluster. Chance takes another course than before, so that a process that starts is none that there was.
    /// </summary>
    public SandboxOptions Over(SandboxOptions options) => options with
    {
        Seed = Random.Shared.Next(),
        Nodes = Nodes,
        Leader = Leader,
        ServerVersion = ServerVersion,
        AutoScavenge = AutoScavenge,
        Secured = Secured,
        Tls = Tls,
        Reservations = Reservations,
        LeftCommands = Commands,
    };

    /// <summary>The cluster of a model as it is now.</summary>
    internal static LeftCluster Of(SandboxOptions options, ModelWorld model) => model.World.Look(() =>
    {
        var nodes = options.Nodes.Select(node => node with { Left = LeftOf(options, model, node.Name) }).ToList();
        return new LeftCluster(nodes, LeaderOf(model) ?? options.Leader)
        {
            ServerVersion = options.ServerVersion,
            AutoScavenge = model.Cluster.AutoScavenge is AutoScavengeState.Pausing ? AutoScavengeState.Paused : model.Cluster.AutoScavenge,
            Secured = options.Secured,
            Tls = options.Tls,
            Commands = model.Ssm.Left,
            Reservations = [.. model.Ec2.Reservations.Select(reservation => WithoutStopped(reservation, nodes))],
        };
    });

    private static LeftNode LeftOf(SandboxOptions options, ModelWorld model, string name)
    {
        var node = model.Cluster.Find(name);
        var instance = model.Ec2.Of(name);
        var isStopped = IsOff(instance);
        var (willReboot, isHung) = (model.Ec2.WillReboot(name), !isStopped && model.Ec2.IsHung(name));
        var process = node.IsUp && !node.IsShuttingDown && !willReboot ? node.InstanceId : (Guid?)null;
        var isDown = isStopped || isHung || (!node.IsUp && instance.Type == options.Faults.DatabaseFailsOn)
            || IsServiceDown(node, willReboot);
        var left = new LeftNode(node.Address, node.Port, instance.Type)
        {
            IsStopped = isStopped,
            IsDown = isDown,
            IsServiceStopped = node.IsServiceStopped && !willReboot,
            IsBroken = node.IsBroken,
            InstalledVersion = node.InstalledVersion,
            RunningVersion = process is null && !isDown ? node.InstalledVersion : node.RunningVersion,
            LaunchTime = instance.LaunchTime,
            Events = instance.Events,
            Process = process,
            IsHung = isHung,
            Priority = process is null ? node.ConfiguredPriority : node.Priority,
            Tags = instance.Tags,
        };

        // Where a type is rolled out, whoever resumes with a restart begins with it.
        return options is { Restarts: null, Command: null } ? left : left with
        {
            FirstProcess = node.FirstInstanceId,
            Starts = model.Ec2.StartsOf(name),
            Reboots = model.Ec2.RebootsOf(name) + (willReboot ? 1 : 0),
        };
    }

    /// <summary>Its machine is up, or was about to be, and its database is not.</summary>
    private static bool IsServiceDown(Node node, bool willReboot) =>
        willReboot ? !node.CanStart : node.IsServiceStopped || (!node.CanStart && !Cluster.IsActive(node));

    /// <summary>Who leads; in the middle of an election a voter that can.</summary>
    private static string? LeaderOf(ModelWorld model) => model.Cluster.Voters
        .Where(voter => !IsOff(model.Ec2.Of(voter.Name)))
        .OrderByDescending(voter => voter == model.Cluster.Leading)
        .ThenByDescending(voter => voter.IsInSync)
        .ThenByDescending(voter => voter.IsUp)
        .FirstOrDefault()?.Name;

    private static CapacityReservation WithoutStopped(CapacityReservation reservation, List<NodeOptions> nodes) => reservation with
    {
        Users = [.. reservation.Users.Where(user => !nodes.Exists(node => node.InstanceId == user && node.Left!.IsStopped))],
    };

    private static bool IsOff(Ec2Instance instance) => instance.State is Ec2State.Stopping or Ec2State.Stopped;
}
