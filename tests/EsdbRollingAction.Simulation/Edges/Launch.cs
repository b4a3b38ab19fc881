using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Checks;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Core.Updating;
using EsdbRollingAction.Simulation.Mutants;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>The real core, put together as the program does, over simulated edges and in virtual time.</summary>
internal sealed class Launch
{
    /// <summary>
    /// Whether the core awaits a priority that a node accepted and does not show yet. One that sets it again instead, each time an
    /// iteration, is through with its iterations before the node shows it; where answers take no time that needs no time at all.
    /// </summary>
    public const bool AwaitsPriorities = false;

    /// <summary>
    /// Whether the core brings back a node that an update stopped while gossip still names a dead member without an instance. One whose
    /// checks come first refuses, because it cannot tell the dead member from one that is missed, and leaves the node off.
    /// </summary>
    public const bool BringsBackBesideDeadMembers = false;

    /// <summary>
    /// Whether the core tells an orphaned attempt of a workflow run from the attempt after it, which has the same name. Where it does
    /// not, both hold the lock.
    /// </summary>
    public const bool TellsAttemptsApart = false;

    private static readonly IReadOnlyList<System.Net.IPAddress> NoAddresses = [];

    private readonly ProgramEdges edges;
    private readonly Task<ClusterUpdate> running;

    /// <summary>Begins to run the program.</summary>
    /// <param name="run">The run.</param>
    /// <param name="text">The state file that it finds, or null.</param>
    /// <param name="inputs">What it is told.</param>
    /// <param name="edges">What it talks to.</param>
    /// <param name="mutant">What is wrong with it.</param>
    public Launch(Run run, StateText? text, Inputs inputs, ProgramEdges edges, Mutant mutant)
    {
        (Run, this.edges) = (run, edges);
        running = StartAsync(run, text, inputs, edges, mutant);
    }

    public Run Run { get; }

    /// <summary>Whether it has ended, one way or the other.</summary>
    public bool IsOver => running.IsCompleted || Run.IsKilled;

    /// <summary>How it ended.</summary>
    public RunEnd End => new(
        Run,
        !running.IsCompletedSuccessfully || Run.IsKilled ? null : running.Result,
        Run.IsKilled || !running.IsCompleted ? null : running.Exception?.InnerException ?? (running.IsCanceled ? new OperationCanceledException() : null));

    /// <summary>The state that it remembered last, or null.</summary>
    public StateText? Written => edges.Store.Written();

    private static async Task<ClusterUpdate> StartAsync(Run run, StateText? text, Inputs inputs, ProgramEdges edges, Mutant mutant)
    {
        var found = text?.Read();
        var request = new UpdateRequest(UpdateInstanceTypeStrategy.StrategyName, ScenarioSource.TargetType, inputs.MaxIterations);
        var start = inputs.TakesBack
            ? TakingBack.From(found, request)
            : StartingState.From(found, request, UpdateInstanceTypeStrategy.StrategyName, goesOn: inputs.StepByStep);
        var settings = SettingsOf(run, inputs, edges, mutant);
        var strategy = new UpdateInstanceTypeStrategy(edges.Ec2, start.TakesBack ? null : start.TargetInstanceType);
        var preflight = new Preflight(edges.Nodes, edges.Ec2, strategy, (_, _) => Task.FromResult(NoAddresses), settings, run.Clock,
            new CheckFacts(edges.Facts, edges.Facts));
        var control = new InstanceControl(edges.Ec2, mutant.Marks(edges.Ec2), mutant.Capacity(edges.Ec2), edges.Ec2);
        var service = new ClusterUpdateService(preflight, edges.Nodes, control, strategy, edges.Store, settings, new Reporter(run), run.Clock)
        {
            Decider = mutant.Decider(new Decider(strategy, settings), run),
            Slowness = run.Scenario.Slowness,
        };
        return await service.RunAsync(start, inputs.StepByStep, mutant.Signal(run.Signal));
    }

    private static RollSettings SettingsOf(Run run, Inputs inputs, ProgramEdges edges, Mutant mutant) => new()
    {
        Seeds = [.. edges.Endpoints.Take(inputs.Seeds ?? int.MaxValue)],
        IterationInterval = TimeSpan.FromSeconds(inputs.IterationSeconds),
        RollBackOnFailure = inputs.RollBackOnFailure,
        AllowDowntime = inputs.AllowDowntime,
        CapacityRetry = TimeSpan.FromSeconds(inputs.CapacityRetrySeconds),
        ReserveCapacity = inputs.ReserveCapacity,
        Run = inputs.Marks && mutant.HasLock ? run.Name : null,
        TakeOver = inputs.TakesOver,
        Deadline = inputs.TimeLimitSeconds is { } seconds ? run.Clock.GetUtcNow() + TimeSpan.FromSeconds(seconds) : null,
    };
}

/// <summary>How a run ended.</summary>
/// <param name="Run">The run.</param>
/// <param name="State">What it returned, or null.</param>
/// <param name="Exception">What it ended with instead; null when it was killed.</param>
internal sealed record RunEnd(Run Run, ClusterUpdate? State, Exception? Exception)
{
    public bool IsSuccess => State?.ClusterUpdateStatus == UpdateStatus.Success;

    /// <summary>Whether it gave the update up, with what it could do for its nodes done.</summary>
    public bool IsFinished => State?.FinishedAt is not null;

    public FailureReason? Reason => (Exception as RollingUpdateException)?.Reason;

    public bool IsExpected => Exception switch
    {
        null => true,
        RollingUpdateException => true,
        InstanceException => true,
        OperationCanceledException => Run.SignalledAt is not null,
        _ => false,
    };

    public override string ToString() =>
        Run.IsKilled ? "killed"
        : State is not null ? $"ended: {State.ClusterUpdateStatus}{(State.EventStoreNodeUpdates.FirstOrDefault(node => node.FailureMessage is not null) is { } failed ? $": {failed.FailureMessage}" : "")}"
        : $"ended: {Reason?.ToString() ?? Exception?.GetType().Name}: {Exception?.Message}";
}
