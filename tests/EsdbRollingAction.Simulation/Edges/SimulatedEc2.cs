using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Scenarios;
using CapacityReservation = EsdbRollingAction.Core.Ec2.CapacityReservation;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>EC2 over the modelled one.</summary>
internal sealed class SimulatedEc2(ModelWorld model, Aws aws, Wire wire, Run run) : IInstances, IInstanceTags, ICapacity, IOtherRuns
{
    private const string NoCapacity = "InsufficientInstanceCapacity";
    private static readonly Call Describing = CallOf("DescribeInstances", isAct: false);
    private static readonly Call DescribingCapacity = CallOf("DescribeCapacityReservations", isAct: false);
    private readonly Dictionary<string, (Ec2Instance Of, Instance Shown)> shown = [];
    private readonly Refusals refusals = run.Scenario.Refusals;
    private readonly bool areRunsUnknown = run.Scenario.Interruptions.RunsAreUnknown;

    public Task<IReadOnlyList<Instance>> FindAsync(IReadOnlyList<InstanceFilter> filters, CancellationToken cancellationToken) =>
        DescribeAsync(_ => true, cancellationToken);

    public Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        DescribeAsync(instance => ids.Contains(instance.Id), cancellationToken);

    public Task<IReadOnlyList<Check>> TryPermissionsAsync(IReadOnlyList<Instance> running, Func<Instance, string> targetOf, PlannedCalls calls, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Check>>([]);

    public Task StopAsync(string id, CancellationToken cancellationToken)
    {
        run.Umpire.Of(NodeOf(id)).TimesAskedDown++;
        return ActAsync($"StopInstances {id}", () =>
        {
            Refuse(id == refusals.StopOf, InstanceErrorKind.Terminal, "OperationNotPermitted");
            model.Ec2.Stop(id);
        }, cancellationToken);
    }

    public Task RebootAsync(string id, CancellationToken cancellationToken)
    {
        run.Umpire.Of(NodeOf(id)).TimesAskedDown++;
        return ActAsync($"RebootInstances {id}", () => model.Ec2.Reboot(id), cancellationToken);
    }

    public Task SetTypeAsync(string id, string type, CancellationToken cancellationToken) =>
        ActAsync($"ModifyInstanceAttribute {id} {type}", () => model.Ec2.ChangeType(id, type), cancellationToken);

    public Task SetCpuOptionsAsync(string id, CpuLayout options, CancellationToken cancellationToken) =>
        ActAsync($"ModifyInstanceCpuOptions {id}", () => model.Ec2.SetCpuOptions(id, new(options.Cores, options.ThreadsPerCore)), cancellationToken);

    public Task StartAsync(string id, CancellationToken cancellationToken) => ActAsync($"StartInstances {id}", () =>
    {
        if (RefusalOfStart(id) is { } refusal)
        {
            run.Umpire.Of(NodeOf(id)).RefusedStarts++;
            throw refusal;
        }

        model.Ec2.Start(id);
    }, cancellationToken);

    public Task SetAsync(IReadOnlyCollection<string> ids, string key, string value, CancellationToken cancellationToken) =>
        CountedAsync(key, ActAsync($"CreateTags {string.Join(' ', ids)} {value}", () =>
        {
            Refuse(refusals.Marks, InstanceErrorKind.AccessDenied, "UnauthorizedOperation");
            foreach (var id in ids)
            {
                aws.Tag(id, key, value, run.Time.Elapsed);
            }
        }, cancellationToken));

    public Task RemoveAsync(IReadOnlyCollection<string> ids, string key, string? value, CancellationToken cancellationToken) =>
        CountedAsync(key, wire.SendAsync(
            CallOf($"DeleteTags {string.Join(' ', ids)} {value}", isAct: key != Instance.LeaseTag),
            () =>
            {
                run.History?.Add($"program: DeleteTags {string.Join(' ', ids)} {value}");
                foreach (var id in ids)
                {
                    aws.Untag(id, key, value, run.Time.Elapsed);
                }

                return new Answer<bool>(true);
            },
            cancellationToken));

    private async Task CountedAsync(string key, Task request)
    {
        try
        {
            await request;
        }
        finally
        {
            if (key == Instance.RestoreTag)
            {
                run.CountRestorePoint(!request.IsCompletedSuccessfully);
            }
        }
    }

    public async Task<CapacityReservation> ReserveAsync(Instance instance, string instanceType, DateTimeOffset until, CancellationToken cancellationToken)
    {
        Held? held = null;
        var wasRefused = run.WasRefusedCapacity;
        run.WasRefusedCapacity = true;
        await ActAsync($"CreateCapacityReservation {instance.Id} {instanceType}", () =>
        {
            Refuse(refusals.Reservations, InstanceErrorKind.Terminal, "Unsupported");
            Refuse(HasNoCapacityFor(instance.Id), InstanceErrorKind.Capacity, NoCapacity);
            held = aws.Reserve(instance.Id, instanceType, run.Time.Elapsed, run.Time.Elapsed + (until - run.Time.GetUtcNow()), until);
        }, cancellationToken);
        run.WasRefusedCapacity = wasRefused || held!.IsTaken;
        return new CapacityReservation(held!.Id, instance.Id, instanceType, ReservationState.Pending, 1);
    }

    public Task ReleaseAsync(string id, CancellationToken cancellationToken) => wire.SendAsync(
        CallOf($"CancelCapacityReservation {id}", isAct: false),
        () =>
        {
            run.History?.Add($"program: CancelCapacityReservation {id}");
            aws.Reservations.First(held => held.Id == id).ReleasedAt ??= run.Time.Elapsed;
            return new Answer<bool>(true);
        },
        cancellationToken);

    public Task<IReadOnlyList<CapacityReservation>> FindAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken) =>
        wire.SendAsync<IReadOnlyList<CapacityReservation>>(
            DescribingCapacity, () => new(aws.Read(instanceIds, aws.ReadBy(run)())), cancellationToken);

    public Task<bool> HasCompletedAsync(string owner, CancellationToken cancellationToken) =>
        Task.FromResult(!areRunsUnknown && !aws.LiveRuns.Exists(other => other.Name == owner && !other.IsThoughtDead));

    private Task<IReadOnlyList<Instance>> DescribeAsync(Func<Ec2Instance, bool> isAskedFor, CancellationToken cancellationToken) =>
        wire.SendAsync<IReadOnlyList<Instance>>(
            Describing,
            () =>
            {
                var instant = aws.ReadBy(run);
                return new(model.Ec2.Truth.Where(isAskedFor).Select(instance => Shown(instance.Id, instant())).ToArray());
            },
            cancellationToken);

    private Task<bool> ActAsync(string what, Action act, CancellationToken cancellationToken) => wire.SendAsync(CallOf(what, isAct: true), () =>
    {
        run.History?.Add($"program: {what}");
        try
        {
            run.Umpire.ByTheProgram(run, act);
            return new Answer<bool>(true);
        }
        catch (InstanceException refused)
        {
            return new Answer<bool>(false, refused);
        }
        catch (Ec2Exception refused)
        {
            var kind = refused.Code == "IncorrectInstanceState" ? InstanceErrorKind.LookAgain : InstanceErrorKind.Terminal;
            return new Answer<bool>(false, new InstanceException(kind, refused.Code, refused.Message));
        }
    }, cancellationToken);

    private InstanceException? RefusalOfStart(string id) => model.Ec2.Truth.First(instance => instance.Id == id) switch
    {
        not { State: Ec2State.Stopped, Type: ScenarioSource.TargetType } => null,
        _ when refusals.StartOfTarget == NoCapacity || HasNoCapacityFor(id) => Refusal(InstanceErrorKind.Capacity, NoCapacity),
        _ when refusals.StartOfTarget is { } code => Refusal(InstanceErrorKind.Terminal, code),
        _ => null,
    };

    private bool HasNoCapacityFor(string id) =>
        run.Time.Elapsed < aws.NoCapacityUntil
        && !aws.Reservations.Exists(held => held.InstanceId == id && !held.IsTaken && held.IsHeld(run.Time.Elapsed) && held.ActiveFrom <= run.Time.Elapsed);

    private static void Refuse(bool isRefused, InstanceErrorKind kind, string code)
    {
        if (isRefused)
        {
            throw Refusal(kind, code);
        }
    }

    private static InstanceException Refusal(InstanceErrorKind kind, string code) => new(kind, code, $"EC2 says {code}.");

    private string NodeOf(string id) => model.Ec2.Truth.First(instance => instance.Id == id).Node;

    /// <summary>As it was at an instant. What reads show again and again is made once.</summary>
    private Instance Shown(string id, TimeSpan at)
    {
        var (instance, lease, restore) = (model.Ec2.At(id, at), aws.TagAt(id, Instance.LeaseTag, at), aws.TagAt(id, Instance.RestoreTag, at));
        if (shown.TryGetValue(id, out var last) && ReferenceEquals(last.Of, instance)
            && last.Shown.Lease == lease && last.Shown.RestorePoint == restore)
        {
            return last.Shown;
        }

        var anew = Shown(instance) with { Lease = lease, RestorePoint = restore };
        shown[id] = (instance, anew);
        return anew;
    }

    private static Instance Shown(Ec2Instance instance) => new(
        instance.Id,
        instance.State switch
        {
            Ec2State.Pending => InstanceState.Pending,
            Ec2State.Running => InstanceState.Running,
            Ec2State.Stopping => InstanceState.Stopping,
            _ => InstanceState.Stopped,
        },
        instance.Type,
        instance.Node,
        [instance.PrivateAddress],
        null,
        [instance.PrivateDnsName])
    {
        StateReason = instance.Reason is { } reason ? new(reason.Code, reason.Message, reason.Transition) : null,
        Details = new InstanceDetails { LaunchedAt = instance.LaunchTime },
    };

    private static Call CallOf(string what, bool isAct) =>
        new(what, isAct, IsEc2: true, how => new InstanceException(InstanceErrorKind.Transient, "NoAnswer", $"{what}: EC2 {how}."));
}
