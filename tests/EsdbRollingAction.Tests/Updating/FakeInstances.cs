using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>The instances of a <see cref="Picture"/>: stops and starts are immediate, a started node comes back level.</summary>
internal sealed class FakeInstances(Picture picture) : IInstances, IInstanceFacts, IInstanceTags, ICapacity, IOtherRuns
{
    private readonly Dictionary<string, CapacityReservation> held = [];
    private readonly Dictionary<(string, string, DateTimeOffset), string> requests = [];

    /// <summary>Why EC2 does not let instances be tagged.</summary>
    public InstanceException? CannotTag { get; set; }

    /// <summary>Why EC2 does not let restore points be written or removed.</summary>
    public Queue<InstanceException> CannotRestore { get; } = [];

    public Action<PicturedNode>? AfterTag { get; set; }

    /// <summary>Why EC2 holds no capacity.</summary>
    public Queue<InstanceException> CannotReserve { get; } = [];

    /// <summary>What is asked for next is held, and nobody is told.</summary>
    public bool LosesAnswerOfReserve { get; set; }

    /// <summary>Why EC2 does not take held capacity back.</summary>
    public Exception? CannotRelease { get; set; }

    /// <summary>How many other instances take what is held for one, each a reservation.</summary>
    public int TakenBy { get; set; }

    /// <summary>Until then reads show nothing of what is held.</summary>
    public Func<bool> ShowsHeld { get; set; } = () => true;

    /// <summary>What is held now.</summary>
    public IReadOnlyCollection<CapacityReservation> Held => held.Values;

    /// <summary>Runs that are known to have completed.</summary>
    public HashSet<string> Completed { get; } = [];

    public List<string> Asked { get; } = [];

    public Queue<InstanceException> Refusals { get; } = [];

    public InstanceException? CannotDescribe { get; set; }

    public Func<Task>? BeforeAct { get; set; }

    public Action<PicturedNode>? AfterStop { get; set; }

    public Action<PicturedNode>? AfterStart { get; set; }

    /// <summary>What comes of a reboot; by default the node is back at once, as a new process.</summary>
    public Action<PicturedNode> AfterReboot { get; set; } = node => node.ComesBack();

    public Func<InstanceException?>? CannotFind { get; set; }

    public Task<IReadOnlyList<Instance>> FindAsync(IReadOnlyList<InstanceFilter> filters, CancellationToken cancellationToken) =>
        CannotFind?.Invoke() is { } refusal ? throw refusal : Task.FromResult<IReadOnlyList<Instance>>([.. picture.Instances.Select(Shown).Where(instance => !instance.IsGoing)]);

    /// <summary>An instance as a read shows it.</summary>
    public Func<Instance, Instance> Shown { get; set; } = instance => instance;

    /// <summary>What an answer waits for.</summary>
    public Func<CancellationToken, Task>? BeforeDescribe { get; set; }

    public async Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        await (BeforeDescribe?.Invoke(cancellationToken) ?? Task.CompletedTask);
        return CannotDescribe is { } refusal ? throw refusal : [.. picture.Instances.Where(instance => ids.Contains(instance.Id)).Select(Shown)];
    }

    /// <summary>What EC2 says for the checks.</summary>
    public InstanceFacts Facts { get; set; } = new()
    {
        Types = AwsAnswer.As<IReadOnlyDictionary<string, InstanceTypeDetails>>(
            new[] { "t2.large", "m5.large", Picture.Target }.ToDictionary(type => type, type => new InstanceTypeDetails(type))),
        Offerings = AwsAnswer.Not<IReadOnlySet<(string Type, string Zone)>>("not asked"),
        StopProtection = new Dictionary<string, AwsAnswer<bool>>(),
        AutoScaling = new Dictionary<string, AwsAnswer<AutoScalingMember>>(),
    };

    /// <summary>How often EC2 was asked for it.</summary>
    public int FactsAsked { get; private set; }

    public Task<InstanceFacts> AskAsync(IReadOnlyList<Instance> instances, IReadOnlyCollection<string> targetTypes, CancellationToken cancellationToken)
    {
        FactsAsked++;
        return Task.FromResult(Facts);
    }

    public Task<AwsAnswer<IReadOnlyList<ScheduledEvent>>> EventsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult(Facts.Events);

    public List<Core.Check> Permissions { get; } = [];

    public Task<IReadOnlyList<Core.Check>> TryPermissionsAsync(IReadOnlyList<Instance> running, Func<Instance, string> targetOf, PlannedCalls calls, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Core.Check>>(Permissions);

    public Task StopAsync(string id, CancellationToken cancellationToken) => ActAsync("stop", id, node =>
    {
        node.GoesDown();
        node.InstanceState = InstanceState.Stopped;
        AfterStop?.Invoke(node);
    });

    public Task RebootAsync(string id, CancellationToken cancellationToken) => ActAsync("reboot", id, node =>
    {
        node.GoesDown();
        AfterReboot(node);
    });

    public Task SetTypeAsync(string id, string type, CancellationToken cancellationToken) =>
        ActAsync($"type {type}", id, node => node.InstanceType = type);

    public Task SetCpuOptionsAsync(string id, CpuLayout options, CancellationToken cancellationToken) =>
        ActAsync($"cpu {options.Cores}x{options.ThreadsPerCore}", id, _ => { });

    public Task StartAsync(string id, CancellationToken cancellationToken) => ActAsync("start", id, node =>
    {
        node.InstanceState = InstanceState.Running;
        node.LaunchedAt += TimeSpan.FromMinutes(1);
        node.ComesBack();
        AfterStart?.Invoke(node);
    });

    public Task SetAsync(IReadOnlyCollection<string> ids, string key, string value, CancellationToken cancellationToken)
    {
        RefuseTag(key);
        var isLease = key == Instance.LeaseTag;
        (isLease ? Leases : Asked).Add($"{(isLease ? "lease" : "restore point")} {ids.Last()}");
        foreach (var node in picture.Nodes.Concat(picture.Hidden).Where(node => ids.Contains(node.Ec2Id)))
        {
            (node.Lease, node.RestorePoint) = isLease ? (value, node.RestorePoint) : (node.Lease, value);
            AfterTag?.Invoke(node);
        }

        return Task.CompletedTask;
    }

    /// <summary>What was asked for about the lease: every run does that.</summary>
    public List<string> Leases { get; } = [];

    public Task RemoveAsync(IReadOnlyCollection<string> ids, string key, string? value, CancellationToken cancellationToken)
    {
        RefuseTag(key);
        var isLease = key == Instance.LeaseTag;
        (isLease ? Leases : Asked).Add($"remove {(isLease ? "lease" : "restore point")} {ids.Last()}");
        foreach (var node in picture.Nodes.Concat(picture.Hidden).Where(node => ids.Contains(node.Ec2Id)))
        {
            node.Lease = key == Instance.LeaseTag && (value is null || value == node.Lease) ? null : node.Lease;
            node.RestorePoint = key == Instance.RestoreTag ? null : node.RestorePoint;
        }

        return Task.CompletedTask;
    }

    private void RefuseTag(string key)
    {
        if ((CannotTag ?? (key == Instance.RestoreTag && CannotRestore.TryDequeue(out var refusal) ? refusal : null)) is { } why)
        {
            throw why;
        }
    }

    public async Task<CapacityReservation> ReserveAsync(Instance instance, string instanceType, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (CannotReserve.TryDequeue(out var refusal))
        {
            throw refusal;
        }

        var request = (instance.Id, instanceType, until);
        await ActAsync($"reserve {instanceType}", instance.Id, _ => requests.TryAdd(request, requests.ContainsKey(request) ? "" : Hold(instance.Id, instanceType)));
        var id = requests[request];
        if (LosesAnswerOfReserve)
        {
            LosesAnswerOfReserve = false;
            throw new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.");
        }

        return held[id];
    }

    public Task ReleaseAsync(string id, CancellationToken cancellationToken)
    {
        Asked.Add($"release {id}");
        if (CannotRelease is { } refusal)
        {
            throw refusal;
        }

        held.Remove(id);
        return Task.CompletedTask;
    }

    /// <summary>How long it takes to be told what is held.</summary>
    public Func<CancellationToken, Task> BeforeHeldIsFound { get; set; } = _ => Task.CompletedTask;

    public async Task<IReadOnlyList<CapacityReservation>> FindAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken)
    {
        await BeforeHeldIsFound(cancellationToken);
        return [.. held.Values.Where(reservation => ShowsHeld() && instanceIds.Contains(reservation.InstanceId))];
    }

    public Task<bool> HasCompletedAsync(string owner, CancellationToken cancellationToken) => Task.FromResult(Completed.Contains(owner));

    /// <summary>As a run that was killed leaves it.</summary>
    public string Hold(string instanceId, string instanceType)
    {
        var others = held.Values.Count(reservation => reservation.InstanceId == instanceId);
        var id = others == 0 ? $"cr-{instanceId}" : $"cr-{instanceId}-{others + 1}";
        held[id] = new CapacityReservation(id, instanceId, instanceType, ReservationState.Active, others < TakenBy ? 0 : 1);
        return id;
    }

    private async Task ActAsync(string what, string id, Action<PicturedNode> act)
    {
        await (BeforeAct?.Invoke() ?? Task.CompletedTask);
        Asked.Add($"{what} {id}");
        if (Refusals.TryDequeue(out var refusal))
        {
            throw refusal;
        }

        act(picture.Nodes.Concat(picture.Hidden).Single(node => node.Ec2Id == id));
    }
}
