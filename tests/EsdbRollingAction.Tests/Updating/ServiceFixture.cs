using EsdbRollingAction.Core.Updating;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>The state machine over a <see cref="Picture"/>, in virtual time: every wait is over at once.</summary>
internal sealed class ServiceFixture : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("esdb-service-").FullName;

    public ServiceFixture()
    {
        Cluster = new FakeCluster(Picture);
        Instances = new FakeInstances(Picture);
        File = new StateFile(Path.Combine(folder, "state.json"));
        Time.AutoAdvanceAmount = TimeSpan.Zero;
    }

    public Picture Picture { get; } = Picture.OfFour();

    public FakeCluster Cluster { get; }

    public FakeInstances Instances { get; }

    public StateFile File { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 3, 0, 0, TimeSpan.Zero));

    public List<Decision> Decisions { get; } = [];

    public bool RollBackOnFailure { get; set; } = true;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public async Task<ClusterUpdate> RunAsync(ClusterUpdate? start = null, bool oneIteration = false, CancellationTokenSource? signal = null)
    {
        var settings = new RollSettings { Seeds = [Picture.Nodes[0].Endpoint, Picture.Nodes[1].Endpoint], RollBackOnFailure = RollBackOnFailure };
        var strategy = new Core.Strategies.UpdateInstanceTypeStrategy(Instances, Picture.Target);
        var preflight = new Preflight(Cluster, Instances, strategy, (_, _) => Task.FromResult<IReadOnlyList<System.Net.IPAddress>>([]), settings, Time);
        var service = new ClusterUpdateService(preflight, Cluster, Instances, strategy, File, settings, new Reporter(Decisions), Time);
        var running = service.RunAsync(start ?? Begin(), oneIteration, signal?.Token ?? TestContext.Current.CancellationToken);
        while (!running.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        return await running;
    }

    public static ClusterUpdate Begin() => StartingState.From(
        null, new UpdateRequest(null, Picture.Target, null), Core.Strategies.UpdateInstanceTypeStrategy.StrategyName);

    private sealed class Reporter(List<Decision> decisions) : IUpdateReporter
    {
        public void Notice(string text)
        {
        }

        public void Planned(ClusterUpdate state)
        {
        }

        public void Decided(Decision decision, DateTimeOffset at) => decisions.Add(decision);

        public void Refused(Decision decision, string why, DateTimeOffset at)
        {
        }
    }
}
