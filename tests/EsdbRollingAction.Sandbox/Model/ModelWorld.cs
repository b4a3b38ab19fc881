namespace EsdbRollingAction.Sandbox.Model;

/// <summary>A cluster on its instances, ready to be looked at and acted on, without any wire.</summary>
public sealed class ModelWorld
{
    /// <summary>Makes the world that the options describe.</summary>
    /// <param name="options">What it is like.</param>
    /// <param name="time">Where real time comes from.</param>
    /// <param name="endpoints">Address and port of each node, in the order of the options.</param>
    public ModelWorld(SandboxOptions options, TimeProvider time, IReadOnlyList<(string Address, int Port)> endpoints)
    {
        World = new World(time, options.TimeScale, options.Seed);
        var timings = options.Faults.StaleDescribe ? options.Timings with { DescribeStaleness = 10 } : options.Timings;
        var nodes = options.Nodes.Zip(endpoints, (node, endpoint) => new Node
        {
            Name = node.Name,
            Address = endpoint.Address,
            Port = endpoint.Port,
            IsReadOnlyReplica = node.IsReadOnlyReplica,
            ConfiguredPriority = node.Priority,
            Left = node.Left,
            IsBroken = node.Left is { IsBroken: true },
            IsServiceStopped = node.Left is { IsServiceStopped: true },
            CopySpeed = node.Name == options.Faults.SlowNode ? 0.25 : 1,
            InstalledVersion = node.Left?.InstalledVersion ?? VersionOf(options, node),
            RunningVersion = node.Left?.RunningVersion ?? VersionOf(options, node),
            OnlyVersionThatStarts = node.Name == options.Faults.UpgradeBreaks ? VersionOf(options, node) : null,
            InstallsNothing = node.Name == options.Faults.UpgradeDoesNothing,
        }).ToList();
        Cluster = new Cluster(World, timings, options.Load, nodes, options.Leader)
        {
            ResignsToIgnore = options.Faults.ResignsIgnored,
            NewLeaderLosesOld = options.Faults.NewLeaderLosesOld,
        };
        Cluster.RestoreAutoScavenge(options.AutoScavenge);
        var now = time.GetUtcNow();
        Ec2 = new Ec2(World, Cluster, timings, options.Nodes.Select((named, i) => Instance(options, named, nodes[i], now, i)))
        {
            OriginalType = options.InstanceType,
            CapacityShortages = options.Faults.CapacityShortages,
            CapacityIsTaken = options.Faults.CapacityIsTaken,
            StopProtected = options.Faults.StopProtected,
            NotOffered = options.Faults.NotOffered,
            DatabaseFailsOn = options.Faults.DatabaseFailsOn,
            RebootsToLose = options.Faults.RebootsLost,
            HangsAtReboot = options.Faults.RebootHangs,
        };
        Ec2.Restore(options.Reservations);
        foreach (var node in nodes.Where(node => node.Left is not null))
        {
            Ec2.Restore(node.Name, node.Left!);
        }

        Ssm = new Ssm(World, Cluster, Ec2, options);
        Ssm.Restore(options.LeftCommands);
        CloudWatch = new CloudWatch(World, options.Alarms);
        if (options.Faults.StartsUndone is { } reason)
        {
            Ec2.UndoStarts(reason);
        }

        if (options.Faults.ReplicaHangs)
        {
            World.Do(Cluster.HangReplica);
        }

        World.Watch(new FaultInjector(World, Cluster, options.Faults));
        Troublemaker = options.Faults.Trouble is { } trouble ? new Troublemaker(World, Cluster, Ec2, trouble, options.Restarts == RestartKind.Reboot) : null;
    }

    /// <summary>Model time.</summary>
    public World World { get; }

    /// <summary>The database.</summary>
    public Cluster Cluster { get; }

    /// <summary>The machines.</summary>
    public Ec2 Ec2 { get; }

    /// <summary>What runs commands on the machines.</summary>
    public Ssm Ssm { get; }

    /// <summary>The alarms.</summary>
    public CloudWatch CloudWatch { get; }

    /// <summary>Who disturbs it at random moments, if anybody.</summary>
    internal Troublemaker? Troublemaker { get; }

    private static string VersionOf(SandboxOptions options, NodeOptions node) =>
        ServerVersions.Full(node.ServerVersion ?? options.ServerVersion);

    /// <summary>Long ago, and each at a time of its own.</summary>
    private static DateTimeOffset FirstRun(DateTimeOffset now, int number) => now.AddDays(-3 - (4 * number)).AddMinutes(-17 * number);

    private static ScheduledEvent Retirement(string instanceId, DateTimeOffset now) => new(
        "instance-event-" + instanceId[2..],
        "instance-retirement",
        "The instance is running on degraded hardware",
        new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(14));

    private static Ec2Instance Instance(SandboxOptions options, NodeOptions named, Node node, DateTimeOffset now, int number) => new(
        named.InstanceId,
        node.Name,
        named.Left is { IsStopped: true } ? Ec2State.Stopped : Ec2State.Running,
        named.Left?.InstanceType ?? options.InstanceType,
        node.Address,
        $"ip-{node.Address.Replace('.', '-')}.ec2.internal")
    {
        LaunchTime = named.Left?.LaunchTime ?? FirstRun(now, number),
        Events = named.Left?.Events ?? (named.Name == options.Retiring ? [Retirement(named.InstanceId, now)] : []),
        Tags = named.Left?.Tags ?? new Dictionary<string, string>(),
    };
}
