using System.Net;
using System.Text.Json;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Simulation.Mutants;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>
/// Where the simulation touches the core, besides the interfaces of its edges and the mutants of its decisions: how it is put together,
/// what its state reads like, what it means to do, and what it cannot do yet. Another core is simulated by changing this file.
/// </summary>
internal static class CoreUnderTest
{
    /// <summary>
    /// Whether the core awaits a priority that a node accepted and does not show yet. One that sets it again instead, each time an
    /// iteration, is through with its iterations before the node shows it; where answers take no time that needs no time at all.
    /// </summary>
    public const bool AwaitsPriorities = true;

    /// <summary>
    /// Whether the core brings back a node that an update stopped while gossip still names a dead member without an instance. One whose
    /// checks come first refuses, because it cannot tell the dead member from one that is missed, and leaves the node off.
    /// </summary>
    public const bool BringsBackBesideDeadMembers = false;

    /// <summary>
    /// Whether the core tells an orphaned attempt of a workflow run from the attempt after it, which has the same name. Where it does
    /// not, both hold the lock.
    /// </summary>
    public const bool TellsAttemptsApart = true;

    /// <summary>
    /// Whether the core starts the database of a node whose command it ended because another node failed. One that rescues only the node
    /// that failed leaves it as the command did.
    /// </summary>
    public const bool StartsWhatItEnded = true;

    private static readonly IPAddress[] NoAddresses = [];
    private static readonly StateFile Reader = new("state.json");

    /// <summary>Runs the core over simulated edges and in virtual time.</summary>
    public static async Task<ClusterUpdate> RunAsync(Run run, StateText? text, Inputs inputs, ProgramEdges edges, Mutant mutant)
    {
        var found = text?.Read();
        var request = RequestOf(run.Scenario.World, inputs);
        var recovers = inputs.Recovers && !mutant.RecoversByRolling;
        var start = (recovers, inputs.TakesBack) switch
        {
            (true, _) => found ?? new ClusterUpdate(),
            (_, true) => TakingBack.From(found, request),
            _ => StartingState.From(found, request, Ec2InstanceTypeUpdate.StrategyName, goesOn: inputs.StepByStep),
        };
        var settings = SettingsOf(run, inputs, edges, mutant);
        var strategy = StrategyCatalogue.Of(start, new StrategyParts(edges.Ec2, mutant.Commands(edges.Commands, run), run.Clock)
        {
            Command = SpecOf(run.Scenario.World),
            TargetServerVersion = run.Scenario.World.Upgrade?.TargetVersion,
        });
        strategy = mutant.Strategy(strategy);
        var alarms = mutant.Alarms(edges.Alarms);
        var asked = new PreflightEdges(edges.Nodes, edges.Ec2, edges.Facts, (_, _) => Task.FromResult(NoAddresses)) { Alarms = alarms };
        var preflight = new Preflight(asked, strategy, settings, run.Clock);
        var control = new Ec2Edges(edges.Ec2, mutant.Tags(edges.Ec2), mutant.Capacity(edges.Ec2), edges.Ec2);
        settings = inputs.StepByStep && start.LeaseId is { } lease ? settings with { LeaseId = lease } : settings;
        var roll = new RollEdges(edges.Nodes, control, edges.Store, new Reporter(run)) { Alarms = alarms, Time = run.Clock };
        if (recovers)
        {
            await new Recovery(preflight, strategy, roll, settings).RunAsync(found, run.Signal);
            return start with { ClusterUpdateStatus = UpdateStatus.InProgress, FinishedAt = null, PausedBecause = null };
        }

        var service = new ClusterUpdateService(preflight, strategy, roll, settings)
        {
            Decider = mutant.Decider(new Decider(), run),
            Slowness = run.Scenario.Slowness,
        };
        return await service.RunAsync(start, inputs.StepByStep, mutant.Signal(run.Signal));
    }

    /// <summary>The text of a state file.</summary>
    public static byte[] Write(ClusterUpdate state) => JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.ClusterUpdate);

    /// <summary>The state in the text of a state file.</summary>
    /// <exception cref="RollingUpdateException">It cannot be read.</exception>
    public static ClusterUpdate? Read(ReadOnlySpan<byte> text) => Reader.Parse(text);

    /// <summary>What a run means by what it decided.</summary>
    public static Intent IntentOf(Decision decision) => new(
        decision.Node is { IsRollingBack: true },
        decision.State.TakesBack,
        address => decision.State.EventStoreNodeUpdates.Any(node => node.Endpoint.Host == address));

    private static CommandSpec? SpecOf(SandboxOptions world) => world.Rolled is not { } command ? null : new CommandSpec
    {
        Document = command.Document,
        Parameters = CommandParameters.Parse(command.ParametersJson, "ssm-parameters"),
        RollbackParameters = command.RollbackParametersJson is { } back ? CommandParameters.Parse(back, "ssm-rollback-parameters") : null,
        RebootAfter = command.RebootAfter,
    };

    private static UpdateRequest RequestOf(SandboxOptions world, Inputs inputs) => world.Restarts switch
    {
        _ when world.Upgrade is { } upgrade =>
            new UpdateRequest(ServerVersionUpdate.StrategyName, null, inputs.MaxIterations) { TargetVersion = upgrade.TargetVersion },
        _ when SpecOf(world) is { } spec =>
            new UpdateRequest(SsmCommandUpdate.StrategyName, null, inputs.MaxIterations) { TargetVersion = spec.Target },
        null => new UpdateRequest(Ec2InstanceTypeUpdate.StrategyName, ScenarioSource.TargetType, inputs.MaxIterations),
        var kind => new UpdateRequest(Ec2InstanceRestart.StrategyName, null, inputs.MaxIterations)
        {
            TargetVersion = kind == RestartKind.Reboot ? Ec2InstanceRestart.Rebooted : Ec2InstanceRestart.Restarted,
        },
    };

    /// <summary>Whether a run that finds this state goes on with its update.</summary>
    public static bool GoesOn(StateText? text, Inputs inputs) =>
        text?.Read() is { } found && (inputs.StepByStep || found.ClusterUpdateStatus is not UpdateStatus.Success);

    /// <summary>The nodes that failed, as a state tells it.</summary>
    public static IEnumerable<string> FailedIn(StateText? text) => text?.Read()?.EventStoreNodeUpdates
        .Where(node => node.NodeUpdateStatus is UpdateStatus.Failed).Select(node => node.NodeName) ?? [];

    private static RollSettings SettingsOf(Run run, Inputs inputs, ProgramEdges edges, Mutant mutant) => new()
    {
        Seeds = [.. edges.Endpoints.Take(inputs.Seeds ?? int.MaxValue)],
        IterationInterval = TimeSpan.FromSeconds(inputs.IterationSeconds),
        RollBackOnFailure = inputs.RollBackOnFailure,
        AllowDowntime = inputs.AllowDowntime,
        CapacityRetry = TimeSpan.FromSeconds(inputs.CapacityRetrySeconds),
        ReserveCapacity = inputs.ReserveCapacity,
        Run = inputs.Marks && mutant.HasLock ? run.Name : null,
        LeaseId = run.LeaseId,
        TakeOver = inputs.TakesOver,
        AlarmNames = [.. run.Scenario.World.Alarms.Select(alarm => alarm.Name)],
        MaxNodes = inputs.MaxNodes,
        PauseBeforeLeader = inputs.PausesBeforeLeader,
        BakeTime = TimeSpan.FromSeconds(inputs.BakeSeconds),
        Deadline = inputs.TimeLimitSeconds is { } seconds ? run.Clock.GetUtcNow() + TimeSpan.FromSeconds(seconds) : null,
    };
}

/// <summary>What a run means to do, as far as the rules ask.</summary>
/// <param name="PutsNodeBack">Whether the node that it works on goes back to what it was.</param>
/// <param name="TakesUpdateBack">Whether the whole update is taken back.</param>
/// <param name="Knows">Whether its state has a node at this address.</param>
internal sealed record Intent(bool PutsNodeBack, bool TakesUpdateBack, Func<string, bool> Knows);

/// <summary>How a run ended.</summary>
/// <param name="Run">The run.</param>
/// <param name="State">What it returned, or null.</param>
/// <param name="Exception">What it ended with instead; null when it was killed.</param>
internal sealed record RunEnd(Run Run, ClusterUpdate? State, Exception? Exception)
{
    public bool IsSuccess => State?.ClusterUpdateStatus == UpdateStatus.Success;

    /// <summary>Whether it gave the update up, with what it could do for its nodes done.</summary>
    public bool IsFinished => State?.FinishedAt is not null;

    /// <summary>Whether it returned without having got to an end.</summary>
    public bool IsMidway => State is { FinishedAt: null };

    /// <summary>Whether it ended between two nodes, as it was asked to.</summary>
    public bool IsPaused => State?.PausedBecause is not null;

    /// <summary>Whether a state has been made, though it may not have been written.</summary>
    public bool HasState => State is not null;

    public FailureReason? Reason => (Exception as RollingUpdateException)?.Reason;

    public bool IsExpected => Exception switch
    {
        null => true,
        RollingUpdateException => true,
        InstanceException => true,
        OperationCanceledException => Run.SignalledAt is not null,
        _ => false,
    };

    public override string ToString() => (Run.IsKilled, State) switch
    {
        (true, _) => "killed",
        (_, { } state) => $"ended: {state.ClusterUpdateStatus}{Failure(state)}",
        _ => $"ended: {Reason?.ToString() ?? Exception?.GetType().Name}: {Exception?.Message}",
    };

    private static string Failure(ClusterUpdate state) =>
        state.EventStoreNodeUpdates.FirstOrDefault(node => node.FailureMessage is not null) is { } failed ? $": {failed.FailureMessage}" : "";
}
