using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Edges;

namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>Draws a scenario from its seed.</summary>
internal static class ScenarioSource
{
    public const string OriginalType = "t2.large";
    public const string TargetType = "t2.xlarge";

    /// <summary>Until then runs that are to meet have begun.</summary>
    private static readonly TimeSpan LongestBeginning = TimeSpan.FromSeconds(40);

    /// <summary>The scenario of a seed.</summary>
    /// <param name="seed">Stands for all that happens.</param>
    /// <param name="surely">What it surely has: where the seed draws it by itself it is the same.</param>
    public static Scenario Of(int seed, Features surely = Features.None)
    {
        var scenario = Plain(seed);
        scenario = surely.HasFlag(Features.Commands) ? CommandSource.With(scenario, isSure: true)
            : VersionSource.Of(scenario, surely.HasFlag(Features.Versions)) ?? CommandSource.With(scenario, isSure: false);
        return AlarmSource.With(PauseSource.With(scenario), surely.HasFlag(Features.Alarms));
    }

    private static Scenario Plain(int seed)
    {
        var draw = new Draw(seed);
        var calm = draw.Chance(0.1) ? TimeSpan.Zero : draw.Seconds(10, 120);
        var world = World(seed, draw);
        var inputs = Inputs(draw);
        var scenario = new Scenario
        {
            Seed = seed,
            World = world,
            Inputs = inputs,
            Calls = Calls(draw),
            Interruptions = Interruptions(draw),
            Disturbances = calm == TimeSpan.Zero ? [] : Disturbances(draw, calm, world.Nodes.Count, inputs),
            Refusals = Refusals(draw, world),
            AreFactsTold = draw.Chance(0.5),
            Reads = Reads(draw),
            Slowness = draw.OneOf(1, 4, 8, 16),
            Calm = calm,
        };
        scenario = CanBeFound(scenario) ? scenario : scenario with { Inputs = inputs with { Seeds = 2 } };
        scenario = draw.Chance(0.1) ? TakenBack(scenario, draw) : draw.Chance(0.05) ? WithFewVoters(scenario, draw) : scenario;
        scenario = draw.Chance(0.02) ? WithoutDatabaseOnTarget(scenario) : scenario;
        scenario = draw.Chance(0.25) && scenario.TakenBackAfter is null ? WithOtherRuns(scenario, draw) : scenario;
        scenario = draw.Chance(0.1) ? scenario with { ClocksDiffer = draw.OneOf(draw.Seconds(1, 30), draw.Seconds(30, 300)) } : scenario;
        scenario = draw.Chance(0.15) ? scenario with { Ghosts = Ghosts(draw, scenario.World.Nodes.Count) } : scenario;
        scenario = draw.Chance(0.2) ? WithHangingReplica(scenario) : scenario;
        return draw.Chance(0.2) && scenario is { TakenBackAfter: null, Refusals.DatabaseOnTarget: false } ? Restarting(scenario, draw) : scenario;
    }

    private static Scenario Restarting(Scenario scenario, Draw draw)
    {
        var restarting = scenario with
        {
            World = scenario.World with
            {
                Restarts = draw.OneOf(RestartKind.StopStart, RestartKind.Reboot),
                Faults = scenario.World.Faults with { RebootsLost = draw.OneOf(0, 0, 1) },
            },
        };
        return draw.Chance(0.2) && CanBeRescued(scenario)
            ? HangingInItsReboot(restarting, draw.Number(0, scenario.World.Nodes.Count - 1))
            : restarting;
    }

    /// <summary>Somebody else must answer; and steps on machines whose clocks differ cannot tell for how long a node has been silent.</summary>
    internal static bool CanBeRescued(Scenario scenario) => scenario.Inputs is { AllowDowntime: false, Seeds: not 1 }
        && (scenario.ClocksDiffer == TimeSpan.Zero || !scenario.Inputs.StepByStep);

    /// <summary>A machine that hangs in its reboot runs for EC2: it is known by other nodes that answer, and by the state.</summary>
    internal static Scenario HangingInItsReboot(Scenario scenario, int node) => scenario with
    {
        World = scenario.World with { Faults = scenario.World.Faults with { RebootHangs = scenario.World.Nodes[node].Name } },
        Interruptions = WithStateKept(scenario.Interruptions),
    };

    /// <summary>Of two runs one planned before leadership moved and the other after it.</summary>
    private static IEnumerable<Disturbance> MovesOfLeadership(Draw draw) => Enumerable.Range(0, draw.OneOf(0, 1, 1, 2))
        .Select(_ => new Disturbance(draw.Seconds(0, LongestBeginning.TotalSeconds), DisturbanceKind.LeadershipMoves, 0, 0));

    private static Ec2Reads Reads(Draw draw) => draw.Chance(0.4)
        ? new Ec2Reads(TimeSpan.Zero, ReadAges.OfAnswers)
        : new Ec2Reads(draw.Seconds(0.2, draw.OneOf(2, 15)), draw.OneOf(ReadAges.OfAnswers, ReadAges.OfInstances, ReadAges.OfRuns));

    private static List<Ghost> Ghosts(Draw draw, int nodes) =>
        [.. Enumerable.Range(0, draw.OneOf(1, 1, 2)).Select(_ => new Ghost(
            draw.Number(0, nodes - 1), draw.Chance(0.5) || !CoreUnderTest.BringsBackBesideDeadMembers, draw.Seconds(10, 300)))];

    /// <summary>Runs know of each other by their marks only, and each remembers what it changed itself: none could take back all of it.</summary>
    private static Scenario WithOtherRuns(Scenario scenario, Draw draw)
    {
        // Within the window neither sees what the other did; far apart each finds the other's work half done.
        var atOnce = draw.Chance(0.6);
        var calm = scenario.Calm < LongestBeginning ? LongestBeginning : scenario.Calm;
        return scenario with
        {
            Calm = calm,
            Disturbances = [.. scenario.Disturbances.Concat(MovesOfLeadership(draw)).OrderBy(disturbance => disturbance.At)],
            Others =
            [
                .. Enumerable.Range(0, draw.OneOf(1, 1, 2, 3)).Select(i => new OtherRun(
                    atOnce ? draw.Seconds(0, 15) : TimeSpan.FromSeconds(draw.Skewed(0, 60 * (i + 1))),
                    IsTheFirstAgain: (i > 0 || CoreUnderTest.TellsAttemptsApart) && draw.Chance(0.5),
                    TakesOver: draw.Chance(0.3),
                    FindsState: draw.Chance(0.5))
                {
                    FirstIsThoughtDead = draw.Chance(0.2) && (i == 0 || CoreUnderTest.TellsAttemptsApart),
                }),
            ],
            Inputs = scenario.Inputs with { Marks = true },
            Refusals = scenario.Refusals with { Marks = false },
        };
    }

    /// <summary>
    /// What a node was before may stand in the state only. Every run waits for such a node until the limit: a low one, since
    /// more of the same shows nothing new and would take a third of all the time, and no steps, each of which is a run.
    /// </summary>
    private static Scenario WithoutDatabaseOnTarget(Scenario scenario) => scenario with
    {
        Interruptions = WithStateKept(scenario.Interruptions),
        Inputs = scenario.Inputs with { Seeds = null, StepByStep = false, MaxIterations = Math.Min(scenario.Inputs.MaxIterations ?? 30, 30) },
        World = scenario.World with { Faults = scenario.World.Faults with { DatabaseFailsOn = TargetType } },
        Refusals = scenario.Refusals with { DatabaseOnTarget = true, StopOf = null },
    };

    /// <summary>Who has lost the state, or has an older one, does not know what there is to take back.</summary>
    private static Scenario TakenBack(Scenario scenario, Draw draw) => scenario with
    {
        TakenBackAfter = draw.Number(1, 3),
        Inputs = scenario.Inputs with { StepByStep = false },
        Interruptions = WithStateKept(scenario.Interruptions),
    };

    /// <summary>A cluster that is down while a node restarts can be asked nothing: what is forgotten then, nobody can tell.</summary>
    private static Scenario WithFewVoters(Scenario scenario, Draw draw)
    {
        var voters = draw.Number(1, 2);
        return scenario with
        {
            World = scenario.World with
            {
                Nodes = [.. scenario.World.Nodes.Where((node, i) => node.IsReadOnlyReplica || i < voters)],
                Leader = scenario.World.Nodes[draw.Number(0, voters - 1)].Name,
            },
            Inputs = scenario.Inputs with { AllowDowntime = true, Seeds = null, StepByStep = false },
            Interruptions = WithStateKept(scenario.Interruptions),
            Disturbances = [.. scenario.Disturbances.Where(it => it.Node < voters && it.Kind != DisturbanceKind.PersonStops)],
            Refusals = scenario.Refusals with { StopOf = null },
        };
    }

    private static Scenario WithHangingReplica(Scenario scenario) => scenario with
    {
        World = scenario.World with { Faults = scenario.World.Faults with { ReplicaHangs = true } },
    };

    /// <summary>When the only node that is named was stopped, its mark alone tells a program without the state by whom.</summary>
    private static bool CanBeFound(Scenario scenario) =>
        scenario.Inputs.Seeds != 1 || (scenario.Inputs.Marks && !scenario.Refusals.Marks && !scenario.Interruptions.RunsAreUnknown);

    private static Interruptions WithStateKept(Interruptions interruptions) => interruptions with { StateLost = 0, StateOlder = 0, StateEdited = 0 };

    private static SandboxOptions World(int seed, Draw draw)
    {
        var voters = draw.Chance(0.1) ? 5 : 3;
        var replicas = draw.OneOf(0, 0, 0, 1, 1, 2);
        var prioritized = draw.Chance(0.4);
        var nodes = Enumerable.Range(1, voters + replicas)
            .Select(i => new NodeOptions($"node{i}", $"i-{i}", IsReadOnlyReplica: i > voters, Priority: prioritized && i <= voters ? draw.Number(-1, 3) : 0))
            .ToList();
        var isSlow = draw.Chance(0.1);
        return new SandboxOptions
        {
            Seed = seed,
            TimeScale = 1,
            Nodes = nodes,
            Leader = nodes[draw.Number(0, voters - 1)].Name,
            InstanceType = OriginalType,
            TargetInstanceType = TargetType,
            Timings = new ModelTimings
            {
                InstanceStop = draw.Skewed(1, isSlow ? 30 : 5),
                InstancePending = draw.Skewed(0.5, isSlow ? 10 : 3),
                Boot = draw.Skewed(0.5, isSlow ? 15 : 3),
                ProcessStart = draw.Skewed(0.2, 3),
                GossipStaleness = draw.Between(0.8, 2.5),
                PriorityShows = CoreUnderTest.AwaitsPriorities && draw.Chance(0.7) ? draw.Between(1, 2) : 0,
            },
            Load = new ModelLoad
            {
                InitialBytes = 100_000_000,
                BytesPerSecond = draw.OneOf(0, 5_000, 50_000),
                BytesMissedWhileDown = draw.OneOf(0, 100_000, 10_000_000, 30_000_000),
            },
            Faults = new Faults { ResignsIgnored = draw.Chance(0.1) ? draw.Number(1, 3) : 0 },
        };
    }

    private static Inputs Inputs(Draw draw) => new()
    {
        MaxIterations = draw.Chance(0.02) ? null : draw.OneOf(3, 10, 30, 60, 60, 100, 100, 100),
        IterationSeconds = draw.Chance(0.05) ? 0.5 : draw.OneOf(2, 5, 5),
        RollBackOnFailure = draw.Chance(0.7),
        CapacityRetrySeconds = draw.OneOf(0, 20, 60),
        ReserveCapacity = draw.OneOf(CapacityPolicy.Off, CapacityPolicy.Off, CapacityPolicy.Auto, CapacityPolicy.Required),
        Marks = draw.Chance(0.5),
        SameRunName = draw.Chance(0.5),
        StepByStep = draw.Chance(0.01),
        TimeLimitSeconds = draw.Chance(0.1) ? draw.Between(5, 60) : null,
        Seeds = draw.Chance(0.2) ? draw.Number(1, 2) : null,
    };

    private static CallFaults Calls(Draw draw)
    {
        var often = draw.OneOf(0, 0, 0.002, 0.01, 0.05);
        return new CallFaults
        {
            Lost = draw.Between(0, often),
            AnswerLost = draw.Between(0, often * 2),
            TimedOut = draw.Between(0, often),
            Throttled = draw.Between(0, often),
            Latency = draw.OneOf(0, 0, 0.1, 0.6),
            ActLatency = draw.OneOf(0, 0, 0.5, 2, 6),
            CredentialsExpireAt = draw.Chance(0.05) ? draw.Number(1, 150) : null,
        };
    }

    private static Interruptions Interruptions(Draw draw) => new()
    {
        Kills = draw.OneOf(0, 0, 1, 2, 4),
        CallsBetweenKills = draw.OneOf(15, 60, 250),
        Signals = draw.OneOf(0, 0.3, 1),
        StateLost = draw.OneOf(0, 0, 0.5, 1),
        StateOlder = draw.OneOf(0, 0, 0.2),
        StateEdited = draw.OneOf(0, 0, 0.3),
        RunsAreUnknown = draw.Chance(0.1),
        WritesLeft = draw.Chance(0.05) ? draw.Number(1, 100) : null,
    };

    /// <summary>When few nodes are named to ask first, nobody stops those: with all of them off nobody can be asked.</summary>
    private static List<Disturbance> Disturbances(Draw draw, TimeSpan calm, int nodes, Inputs inputs)
    {
        var kinds = Enum.GetValues<DisturbanceKind>().Where(kind => inputs.Seeds is null || kind != DisturbanceKind.PersonStops).ToArray();
        return [.. Enumerable.Range(0, draw.OneOf(0, 0, 1, 2, 4, 8))
            .Select(_ => new Disturbance(
                draw.Seconds(0, calm.TotalSeconds), draw.OneOf<DisturbanceKind>(kinds), draw.Number(0, nodes - 1), draw.Skewed(0.5, 30)))
            .Select(drawn => drawn with { Seconds = Math.Min(drawn.Seconds, (calm - drawn.At).TotalSeconds) })
            .OrderBy(disturbance => disturbance.At)];
    }

    private static Refusals Refusals(Draw draw, SandboxOptions world) => new()
    {
        StartOfTarget = draw.Chance(0.04) ? draw.OneOf("Unsupported", "VcpuLimitExceeded", "InsufficientInstanceCapacity") : null,
        StopOf = draw.Chance(0.02) ? world.Nodes[draw.Number(0, world.Nodes.Count - 1)].InstanceId : null,
        Marks = draw.Chance(0.1),
        Reservations = draw.Chance(0.3),
    };
}
