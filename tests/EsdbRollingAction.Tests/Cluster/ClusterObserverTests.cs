using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Tests.Updating;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Cluster;

public class ClusterObserverTests
{
    private readonly FakeTimeProvider time = new();
    private readonly Picture picture = Picture.OfFour();

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(4, 2)]
    public async Task What_the_others_said_long_before_the_slowest_answered_is_asked_for_again(double seconds, int times)
    {
        var token = TestContext.Current.CancellationToken;
        var nodes = new SlowNode(picture, picture["replica"].Endpoint);
        var cluster = new ClusterObserver(nodes, 1024, time);
        foreach (var node in picture.Nodes)
        {
            cluster.Remember(node.Endpoint);
        }

        var look = cluster.LookAsync(token);
        picture["leader"].Checkpoint += 100;
        time.Advance(TimeSpan.FromSeconds(seconds));
        nodes.Answers.SetResult();

        Assert.Equal(times == 1 ? 500_000_000 : 500_000_100, (await look).Own(picture["leader"].Endpoint)!.WriterCheckpoint);
        Assert.Equal([times, times, times, 1], picture.Nodes.Select(node => nodes.Asked.Count(asked => asked == node.Endpoint)));
    }

    private sealed class SlowNode(Picture picture, NodeEndpoint slow) : IClusterNodes
    {
        private readonly FakeCluster cluster = new(picture);

        public IAutoScavenge AutoScavenge => throw new NotSupportedException();

        public TaskCompletionSource Answers { get; } = new();

        public List<NodeEndpoint> Asked { get; } = [];

        public async Task<AskedGossip> GossipAsync(NodeEndpoint node, CancellationToken cancellationToken)
        {
            Asked.Add(node);
            await (node == slow ? Answers.Task : Task.CompletedTask);
            return await cluster.GossipAsync(node, cancellationToken);
        }

        public Task<bool> IsLiveAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
            cluster.IsLiveAsync(node, cancellationToken);

        public Task<NodeOptions> OptionsAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
            cluster.OptionsAsync(node, cancellationToken);

        public Task<NodeInfo?> InfoAsync(NodeEndpoint node, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool?> IsScavengingAsync(NodeEndpoint node, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool?> IsLicensedAsync(NodeEndpoint node, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SetPriorityAsync(NodeEndpoint node, int priority, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task ResignAsync(NodeEndpoint node, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
