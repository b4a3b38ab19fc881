using System.Text;
using System.Text.Json.Nodes;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Tests.Updating;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Cluster;

/// <summary>
/// A real answer of 23.10.6, in which the node at 127.0.0.3 leads, with entries added or changed as a replaced node leaves them.
/// </summary>
public class OwnWordTests
{
    private static readonly NodeEndpoint Leader = new("127.0.0.3", 2113);

    [Fact]
    public void A_node_that_calls_itself_alive_is_believed() => Assert.Equal(NodeState.Leader, Own(_ => { }).Own?.State);

    [Fact]
    public void A_node_that_calls_itself_dead_has_no_word()
    {
        var (own, problem) = Own(members => Entry(members)["isAlive"] = false);

        Assert.Null(own);
        Assert.Equal("calls itself dead in its gossip", problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_entries_at_one_endpoint_the_only_living_one_is_the_node(bool isDeadOneFirst)
    {
        var (own, _) = Own(members => Add(members, isDeadOneFirst, other => (other["isAlive"], other["state"]) = (false, "Follower")));

        Assert.Equal(NodeState.Leader, own?.State);
    }

    [Fact]
    public void Two_living_entries_at_one_endpoint_are_nobodys_word()
    {
        var (own, problem) = Own(members => Add(members, isFirst: true, other => other["state"] = "Follower"));

        Assert.Null(own);
        Assert.Equal("shares its endpoint with another living member: its gossip has 2 of them there", problem);
    }

    [Fact]
    public void Two_dead_entries_at_one_endpoint_are_nobodys_word()
    {
        var (own, problem) = Own(members =>
        {
            Entry(members)["isAlive"] = false;
            Add(members, isFirst: true, _ => { });
        });

        Assert.Null(own);
        Assert.Contains("none of them is alive", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_whose_own_entry_cannot_be_read_says_why()
    {
        var (own, problem) = Own(members => Entry(members)["writerCheckpoint"] = "much");

        Assert.Null(own);
        Assert.Equal("says of itself what cannot be read: `writerCheckpoint` is not a whole number", problem);
    }

    [Fact]
    public void A_peer_sees_the_living_one_of_two_entries()
    {
        var answer = Answer(members => Add(members, isFirst: true, other => other["isAlive"] = false));

        Assert.True(new NodeLook(answer, null, IsLive: false, null).Sees(Leader)?.IsAlive);
    }

    [Fact]
    public async Task A_member_that_nobody_can_read_is_asked_for_itself()
    {
        var picture = Picture.OfFour();
        var asked = new Unreadable(picture, picture["replica"].Endpoint);

        var look = await new ClusterObserver(asked, 1024, new FakeTimeProvider())
            .DiscoverAsync([picture["leader"].Endpoint], TestContext.Current.CancellationToken);

        Assert.Equal(NodeState.ReadOnlyReplica, look.Own(picture["replica"].Endpoint)?.State);
    }

    private static (GossipMember? Own, string? Problem) Own(Action<JsonArray> change) => OwnWord.Of(Leader, Answer(change));

    private static GossipAnswer Answer(Action<JsonArray> change)
    {
        var body = JsonNode.Parse(Fixture.Text("eventstoredb-23.10.6/gossip-steady.json"))!;
        change(body["members"]!.AsArray());
        return GossipReader.Read(Leader, Encoding.UTF8.GetBytes(body.ToJsonString()));
    }

    private static JsonNode Entry(JsonArray members) => members.Single(member => (string?)member!["httpEndPointIp"] == Leader.Host)!;

    private static void Add(JsonArray members, bool isFirst, Action<JsonNode> change)
    {
        var other = Entry(members).DeepClone();
        other["instanceId"] = "6d1f5d0e-6f0c-4f6b-9a5e-3b5d0c6c1f11";
        change(other);
        members.Insert(isFirst ? 0 : members.Count, other);
    }

    /// <summary>Everybody but the node itself tells of it what cannot be read.</summary>
    private sealed class Unreadable(Picture picture, NodeEndpoint of) : IClusterNodes
    {
        private readonly FakeCluster cluster = new(picture);

        public IAutoScavenge AutoScavenge => throw new NotSupportedException();

        public async Task<AskedGossip> GossipAsync(NodeEndpoint node, CancellationToken cancellationToken)
        {
            var (answer, _, _) = await cluster.GossipAsync(node, cancellationToken);
            return node == of || answer is null ? new AskedGossip(answer) : new AskedGossip(answer with
            {
                Members = [.. answer.Members.Where(member => member.Endpoint != of)],
                Unreadable = [new UnreadableMember(of, "`state` is not text")],
            });
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
