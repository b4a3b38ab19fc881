using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Status;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Simulation.Clock;
using EsdbRollingAction.Tests.Alarms;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>The state machine over a <see cref="Picture"/>, in virtual time: every wait is over at once.</summary>
internal sealed class ServiceFixture : IDisposable
{
    private readonly Reporter reporter = new();
    private readonly List<ITimer> timers = [];
    private readonly string folder = Directory.CreateTempSubdirectory("esdb-service-").FullName;

    public ServiceFixture()
    {
        Cluster = new FakeCluster(Picture);
        Instances = new FakeInstances(Picture);
        File = new StateFile(Path.Combine(folder, "state.json"));
        Settings = new RollSettings { Seeds = [Picture.Nodes[0].Endpoint, Picture.Nodes[1].Endpoint] };
        Time.AutoAdvanceAmount = TimeSpan.Zero;
    }

    public Picture Picture { get; } = Picture.OfFour();

    public FakeCluster Cluster { get; }

    public FakeInstances Instances { get; }

    public IAlarms Alarms { get; set; } = new FakeAlarms();

    public StateFile File { get; }

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    /// <summary>A run that goes on for ever is a failure, not a hang.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public FakeTimeProvider Time { get; } = new(Start);

    public List<Decision> Decisions => reporter.Decisions;

    public IReadOnlyList<Check> Checks => reporter.Checks;

    public VotersUp? Voters => reporter.Voters;

    /// <summary>Happens when a decision is told, after it was saved.</summary>
    public Action<Decision> Decided
    {
        set => reporter.Told = value;
    }

    /// <summary>What was shown before anything was done.</summary>
    public ClusterUpdate? PlannedFirst => reporter.PlannedFirst;

    /// <summary>What was said of acts that were refused.</summary>
    public IReadOnlyList<string> Refused => reporter.Refusals;

    public IReadOnlyList<string> Warnings => reporter.Warnings;

    public IReadOnlyList<string> Notices => reporter.Notices;

    public RollSettings Settings { get; set; }

    /// <summary>The target that the strategy is given.</summary>
    public string? Target { get; set; } = Picture.Target;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public async Task<ClusterUpdate> RunAsync(ClusterUpdate? start = null, bool oneIteration = false, CancellationTokenSource? signal = null) =>
        await InVirtualTime(() => new ClusterUpdateService(Preflight, Strategy, Edges, Settings)
            .RunAsync(start ?? Begin(), oneIteration, signal?.Token ?? TestContext.Current.CancellationToken));

    public async Task<ClusterUpdate> PlanAsync(ClusterUpdate? start = null) =>
        await InVirtualTime(() => new ClusterUpdatePlanner(Preflight, Strategy, Edges, Settings)
            .PlanAsync(start ?? Begin(), TestContext.Current.CancellationToken));

    /// <summary>What one that only looks says.</summary>
    public async Task<ClusterStatus> StatusAsync(ClusterUpdate? found = null) =>
        await InVirtualTime(() => new StatusReader(new StatusEdges(Asked, Instances, Instances, reporter), Settings, Time)
            .ReadAsync(new FoundUpdate("state.json", found), TestContext.Current.CancellationToken));

    public async Task<string> RecoverAsync(ClusterUpdate? found, CancellationTokenSource? signal = null) =>
        await InVirtualTime(() => new Recovery(Preflight, Strategy, Edges, Settings)
            .RunAsync(found, signal?.Token ?? TestContext.Current.CancellationToken));

    /// <summary>Something happens by itself in the middle of a run.</summary>
    public void After(TimeSpan delay, Action act) => timers.Add(Time.CreateTimer(_ => act(), null, delay, Timeout.InfiniteTimeSpan));

    private RollEdges Edges => new(Cluster, new Ec2Edges(Instances, Instances, Instances, Instances), File, reporter)
    {
        Alarms = Alarms,
        Time = Time,
    };

    private PreflightEdges Asked => new(
        Cluster, Instances, Instances, (_, _) => Task.FromResult<System.Net.IPAddress[]>([]))
    {
        Alarms = Alarms,
    };

    private Preflight Preflight => new(Asked, Strategy, Settings, Time);

    /// <summary>Makes the strategy; by default the one that changes types.</summary>
    public Func<FakeInstances, IUpdateStrategy>? MakesStrategy { get; init; }

    private IUpdateStrategy Strategy => MakesStrategy?.Invoke(Instances) ?? new Ec2InstanceTypeUpdate(Instances, Target);

    /// <summary>Time passes only when nothing is left to be done in it.</summary>
    private Task<T> InVirtualTime<T>(Func<Task<T>> run)
    {
        var taken = System.Diagnostics.Stopwatch.StartNew();
        using var thread = new OneThread();
        var running = run();
        while (!running.IsCompleted)
        {
            if (!thread.RunNext())
            {
                Time.Advance(TimeSpan.FromMilliseconds(50));
                Assert.True(running.IsCompleted || taken.Elapsed < Longest, $"The run does not end. Last: {Decisions.LastOrDefault()?.Why}");
            }
        }

        return running;
    }

    public static ClusterUpdate Begin() => StartingState.From(
        null, new UpdateRequest(null, Picture.Target, null), Ec2InstanceTypeUpdate.StrategyName);

    private sealed class Reporter : IUpdateReporter
    {
        public List<Decision> Decisions { get; } = [];

        public IReadOnlyList<Check> Checks { get; private set; } = [];

        public List<string> Warnings { get; } = [];

        public List<string> Notices { get; } = [];

        public void Notice(string text) => Notices.Add(text);

        public void Warn(string text) => Warnings.Add(text);

        public void Checked(PreflightReport report) => (Checks, Voters) = (report.Checks, report.Voters);

        public VotersUp? Voters { get; private set; }

        public ClusterUpdate? PlannedFirst { get; private set; }

        public void Planned(ClusterUpdate state) => PlannedFirst ??= state;

        public Action<Decision>? Told { get; set; }

        public void Decided(Decision decision, DateTimeOffset at)
        {
            Decisions.Add(decision);
            Told?.Invoke(decision);
        }

        public void Acted(ClusterUpdate after)
        {
        }

        public List<string> Refusals { get; } = [];

        public void Refused(Decision decision, string why, DateTimeOffset at) => Refusals.Add(why);
    }
}
