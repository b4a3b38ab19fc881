using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Clock;
using EsdbRollingAction.Simulation.Edges;
using EsdbRollingAction.Simulation.Judging;
using EsdbRollingAction.Simulation.Mutants;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation;

/// <summary>One roll: the program is run, disturbed, run again, until nothing disturbs any more and all is done.</summary>
internal sealed class SimulatedRoll
{
    private const int MostRuns = 2000;

    /// <summary>What a read does not show yet, nobody can mend.</summary>
    private static readonly TimeSpan ReadsMayBeOld = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);
    private readonly VirtualTime time = new();
    private readonly Scenario scenario;
    private readonly Mutant mutant;
    private readonly History? history;
    private readonly ModelWorld model;
    private readonly Umpire umpire;
    private readonly EndRules endRules;
    private readonly Aws aws;
    private readonly Disturber disturber;
    private readonly StateBetweenRuns states;
    private readonly Draw draw;
    private readonly Draw? recoveries;
    private readonly List<NodeEndpoint> endpoints;
    private int interruptionsLeft;
    private bool credentialsExpired;
    private bool takesBack;
    private IReadOnlyList<OtherRun> others;
    private int runs;

    private SimulatedRoll(int seed, Mutant mutant, bool keepsHistory, Features surely)
    {
        this.mutant = mutant;
        scenario = ScenarioSource.Of(seed, surely);
        draw = new Draw(~seed);
        recoveries = surely.HasFlag(Features.Recoveries) ? new Draw(seed ^ 0x5EC0) : null;
        history = keepsHistory ? new History(time) : null;
        model = new ModelWorld(scenario.World, time, [.. scenario.World.Nodes.Select((_, i) => ($"10.0.0.{i + 1}", 2113))]);
        endpoints = [.. model.Cluster.Nodes.Select(node => new NodeEndpoint(node.Address, node.Port))];
        aws = new Aws(draw, scenario.Reads) { Mishaps = [.. scenario.Mishaps] };
        umpire = new Umpire(model, aws, scenario.Inputs.AllowDowntime, history) { Restarts = scenario.World.Restarts };
        var given = (scenario.Interruptions.StateOlder > 0, scenario.World.Faults.RebootsLost > 0);
        disturber = new Disturber(model, aws, umpire, history);
        var bake = TimeSpan.FromSeconds(scenario.Inputs.BakeSeconds);
        umpire.Versions = scenario.World.Upgrade is { } upgrade ? new VersionRules(umpire, model.Ssm, upgrade, bake)
        {
            ArePrioritiesTouched = () => disturber.TouchedPriorities,
        }
        : null;
        umpire.Commands = scenario.World.Rolled is { } command
            ? new CommandRules(umpire, model.Ssm, command, given)
            {
                Says = umpire.Versions is { } versions ? name => versions.IsAtTarget(umpire.Of(name).Node) : null,
            }
            : null;
        umpire.Alarms = scenario.World.Alarms.Count > 0 ? new AlarmRules(umpire, model.CloudWatch) : null;
        endRules = new EndRules(model, umpire, aws, disturber, scenario);
        states = new StateBetweenRuns(scenario.Interruptions, draw, history, node => umpire.Commands?.MayBeSentAgain(node));
        (interruptionsLeft, others) = (scenario.Interruptions.Kills, scenario.Others);
        disturber.Schedule(scenario.Disturbances);
    }

    private bool IsCalm => time.Elapsed >= scenario.Calm;

    /// <summary>After what EC2 refuses for good, or a database that does not start, every further run ends as the one before.</summary>
    private int RunsInTheEnd => scenario.Refusals switch
    {
        { DatabaseOnTarget: true } => 3,
        { EndTheUpdate: true } => 2,
        _ => 5,
    };

    /// <summary>Rolls what the seed says.</summary>
    /// <param name="seed">Stands for all that happens.</param>
    /// <param name="mutant">What is wrong with the program.</param>
    /// <param name="keepsHistory">Whether every event is written down, for a person.</param>
    /// <param name="surely">What it surely has, whatever the seed draws.</param>
    public static RollResult Of(int seed, Mutant? mutant = null, bool keepsHistory = false, Features surely = Features.None)
    {
        var roll = new SimulatedRoll(seed, mutant ?? Mutant.None, keepsHistory, surely);
        roll.Go();
        return new RollResult(seed, [.. roll.umpire.Broken], roll.runs, roll.time.Elapsed, roll.history?.Lines ?? []);
    }

    private void Go()
    {
        StateText? text = null;
        var inTheEnd = 0;
        var isDone = false;
        var recovers = false;
        while (!isDone && umpire.Broken.Count == 0)
        {
            var wasCalm = IsCalm;
            (var end, text) = RunOnce(text, recovers);
            recovers = !IsCalm && (end.Run.IsKilled || end.Run.SignalledAt is not null) && recoveries?.Chance(0.6) == true;
            inTheEnd += wasCalm && (end.IsFinished || !scenario.Inputs.StepByStep) ? 1 : 0;
            isDone = (end.IsSuccess && wasCalm && (takesBack || scenario.TakenBackAfter is null)) || runs >= MostRuns || inTheEnd >= RunsInTheEnd;
            if (!isDone)
            {
                Pass(PauseAfter(end));
            }

            text = states.After(text, !IsCalm);
        }

        if (umpire.Broken.Count == 0)
        {
            Pass(Settling);
            model.World.Do(endRules.JudgeRoll);
        }
    }

    /// <summary>Runs the program, and sometimes others meanwhile; returns how the one that ended last did, and the newest state.</summary>
    private (RunEnd End, StateText? Text) RunOnce(StateText? text, bool recovers)
    {
        TakeBackFromNowOn(text);
        var (end, found, name) = ((RunEnd?)null, text, scenario.Inputs.SameRunName ? "run" : $"run-{runs + 1}");
        runs++;
        new Together(time, umpire, over => (end, text) = (Judge(over), over.Written ?? text)).Run(
            () => Begin(NewRun(name, history), found, recovers ? InputsNow() with { Recovers = true, TimeLimitSeconds = null } : InputsNow()),
            others.Select((other, i) => (other.After, Begin(other, other.IsTheFirstAgain ? name : $"another-run-{i + 1}", found))));
        return (end!, text);
    }

    /// <summary>Jobs of one workflow run do not know each other: an attempt begins when the one before it has ended.</summary>
    private Func<Launch?> Begin(OtherRun other, string name, StateText? found) => () =>
    {
        var live = aws.LiveRuns.FindAll(run => run.Name == name);
        live.ForEach(run => run.IsThoughtDead |= other.FirstIsThoughtDead);
        if (live.Exists(run => !run.IsThoughtDead))
        {
            return null;
        }

        others = [];
        return Begin(NewRun(name, history?.Of(name)), other.FindsState ? found : null, InputsNow() with { TakesOver = other.TakesOver });
    };

    private Launch Begin(Run run, StateText? text, Inputs inputs)
    {
        run.History?.Add($"{run.Name} begins");
        run.Inputs = inputs with { Marks = inputs.Marks && mutant.HasLock };
        var wire = new Wire(run, disturber.Weather, draw);
        var edges = new ProgramEdges(
            new SimulatedNodes(model.Cluster, model.World, disturber.Weather, wire, run),
            new SimulatedEc2(model, aws, wire, run),
            new SimulatedCommands(model, aws, wire, run),
            new SimulatedFacts(scenario.AreFactsTold),
            new SimulatedStore(wire, mutant, IsCalm ? null : scenario.Interruptions.WritesLeft),
            Shuffled(endpoints, run.SeedsShuffledBy))
        {
            Alarms = new SimulatedAlarms(model.CloudWatch, wire, run),
        };
        if (!inputs.Recovers)
        {
            umpire.Commands?.Begins(CoreUnderTest.GoesOn(text, inputs));
        }

        aws.LiveRuns.Add(run);
        aws.LiveRuns.ForEach(live => live.HadCompany |= aws.LiveRuns.Count > 1);
        return new Launch(run, text, inputs, edges, mutant);
    }

    private RunEnd Judge(Launch over)
    {
        var (run, end) = (over.Run, over.End);
        run.History?.Add($"{run.Name} {end}");
        interruptionsLeft -= run.IsKilled || run.SignalledAt is not null ? 1 : 0;
        credentialsExpired |= run.CredentialsLeft <= 0;
        umpire.Disturbances += IsNothingNew(end) ? 0 : 1;
        aws.LiveRuns.Remove(run);
        run.IsOver = true;
        model.World.Do(() => endRules.JudgeRun(end, over.Written));
        run.Dispose();
        return end;
    }

    /// <summary>A restart that is done is begun anew by the next run, and leadership moves once more.</summary>
    private bool IsNothingNew(RunEnd end) =>
        (end.IsSuccess && scenario.World is { Restarts: null, Rolled: null }) || end.IsMidway || end.Reason is FailureReason.Locked;

    /// <summary>There is something to take back once a state tells of it.</summary>
    private void TakeBackFromNowOn(StateText? text)
    {
        if (takesBack || text is null || !(runs >= scenario.TakenBackAfter))
        {
            return;
        }

        history?.Add("somebody wants the update taken back");
        takesBack = true;
        umpire.WantedType = ScenarioSource.OriginalType;
        umpire.Disturbances++;
    }

    /// <summary>Whoever starts a run writes its connection string as he likes.</summary>
    private static IReadOnlyList<NodeEndpoint> Shuffled(IReadOnlyList<NodeEndpoint> endpoints, int by)
    {
        if (by == 0)
        {
            return endpoints;
        }

        var shuffled = endpoints.ToArray();
        new Random(by).Shuffle(shuffled);
        return shuffled;
    }

    private Run NewRun(string name, History? told) => new(scenario, name, time, umpire, told)
    {
        CallsLeft = interruptionsLeft > 0 && !IsCalm ? draw.Number(1, scenario.Interruptions.CallsBetweenKills * 2) : null,
        EndsBySignal = draw.Chance(scenario.Interruptions.Signals),
        Clock = scenario.ClocksDiffer == TimeSpan.Zero ? time : new MachineClock(time, draw.OneOf(-1, 0, 1) * scenario.ClocksDiffer),
        ReplicaIsBehind = draw.Between(0, 1),
        SeedsShuffledBy = scenario.Others.Count > 0 && scenario.Inputs.Seeds is null ? draw.Number(0, 1000) : 0,
        CredentialsLeft = credentialsExpired ? null : scenario.Calls.CredentialsExpireAt,
    };

    /// <summary>
    /// In the end a person gives it all the time it wants, and the iterations of an hour; where the database does not start, those of what
    /// a slow stop and a mark that is renewed take.
    /// </summary>
    private Inputs InputsNow()
    {
        var inputs = IsCalm
            ? Unpaused(scenario.Inputs) with { TimeLimitSeconds = null, MaxIterations = IterationsOf(SecondsInTheEnd) }
            : scenario.Inputs;
        return inputs with { TakesBack = takesBack };
    }

    /// <summary>In the end nobody looks at the cluster between two nodes any more.</summary>
    private static Inputs Unpaused(Inputs inputs) => inputs with { MaxNodes = null, PausesBeforeLeader = false };

    private double SecondsInTheEnd => scenario.Refusals switch
    {
        { DatabaseOnTarget: true } => 75,
        { ServerOnTarget: true } => 150,
        _ => 3600,
    };

    private int IterationsOf(double seconds) => (int)Math.Ceiling(seconds / scenario.Inputs.IterationSeconds);

    /// <summary>Steps follow each other at once, unless something is wrong, or the update paused or was given up; after a success nobody comes back before something has happened.</summary>
    private TimeSpan PauseAfter(RunEnd end) =>
        end.IsSuccess ? scenario.Calm + ReadsMayBeOld - time.Elapsed
        : scenario.Inputs.StepByStep && !end.IsFinished && !end.IsPaused ? TimeSpan.FromSeconds(end.HasState ? 0 : 1)
        : draw.Seconds(0, 20);

    private void Pass(TimeSpan span)
    {
        time.Pass(span > TimeSpan.Zero ? span : TimeSpan.Zero);
        model.World.Do(() => { });
    }
}

/// <summary>What came of a seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Broken">The rules that were broken, first to last.</param>
/// <param name="Runs">How often the program was run.</param>
/// <param name="Lasted">How long it took, in virtual time.</param>
/// <param name="History">What happened, when it was kept.</param>
internal sealed record RollResult(int Seed, IReadOnlyList<BrokenRule> Broken, int Runs, TimeSpan Lasted, IReadOnlyList<string> History);
