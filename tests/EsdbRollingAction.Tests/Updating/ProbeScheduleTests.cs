using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public class ProbeScheduleTests
{
    private static readonly DateTimeOffset Began = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    private readonly NodeUpdate node = new NodeUpdate { NodeName = "b" }.InPhase(NodePhase.Stopping, null, Began);

    [Fact]
    public void Far_from_the_moment_when_the_last_node_was_through_it_looks_rarely_and_near_it_often()
    {
        var state = With(Took(30));

        Assert.Equal(TimeSpan.FromSeconds(5), Next(state, 5));
        Assert.Equal(TimeSpan.FromSeconds(0.75), Next(state, 27));
        Assert.Equal(TimeSpan.FromSeconds(0.1), Next(state, 28.4));
    }

    [Fact]
    public void What_takes_longer_than_usual_is_looked_at_more_rarely_again()
    {
        var state = With(Took(10));

        Assert.Equal(TimeSpan.FromSeconds(0.1), Next(state, 10));
        Assert.Equal(TimeSpan.FromSeconds(1.5), Next(state, 19.5));
        Assert.Equal(TimeSpan.FromSeconds(5), Next(state, 120));
    }

    [Fact]
    public void The_first_node_is_looked_at_the_more_rarely_the_longer_it_takes()
    {
        var state = With();

        Assert.Equal(TimeSpan.FromSeconds(1), Next(state, 0));
        Assert.Equal(TimeSpan.FromSeconds(1.75), Next(state, 25));
        Assert.Equal(TimeSpan.FromSeconds(5), Next(state, 600));
    }

    private TimeSpan Next(ClusterUpdate state, double seconds) => ProbeSchedule.Next(node, state, Began.AddSeconds(seconds));

    private ClusterUpdate With(params NodeUpdate[] done) => new() { EventStoreNodeUpdates = [.. done, node] };

    private static NodeUpdate Took(double seconds)
    {
        var before = Began.AddMinutes(-10);
        return new NodeUpdate { NodeName = "a" }.InPhase(NodePhase.Stopping, null, before).InPhase(NodePhase.Success, null, before.AddSeconds(seconds)) with
        {
            NodeUpdateStatus = UpdateStatus.Success,
        };
    }
}
