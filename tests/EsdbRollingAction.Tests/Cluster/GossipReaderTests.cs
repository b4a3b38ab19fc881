using System.Text.Json;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Cluster;

public class GossipReaderTests
{
    private static readonly NodeEndpoint Node = new("node1", 2113);

    public static TheoryData<string> Bodies => [.. Fixture.AllBodies()];

    [Fact]
    public void Reads_every_field_of_a_member()
    {
        var answer = Read("eventstoredb-23.10.6/gossip-resign-ResigningLeader.json");

        var leader = Own(answer, "127.0.0.2");
        Assert.Equal(NodeState.ResigningLeader, leader.State);
        Assert.True(leader.IsAlive);
        Assert.False(leader.IsReadOnlyReplica);
        Assert.Empty(leader.InternalAddresses);
        Assert.NotEqual(Guid.Empty, leader.InstanceId);
        Assert.True(leader.WriterCheckpoint > 0);
        Assert.Equal([0, 5, 0, 0], answer.Members.Select(member => member.NodePriority));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Reads_the_answers_of_every_version(string file)
    {
        var answer = Read(file);

        Assert.InRange(answer.Members.Count, 3, 5);
        Assert.Single(answer.Members, member => member.Endpoint.Host == ServerOf(file) && member.State != NodeState.Manager);
        Assert.Equal(3, answer.Members.Count(member => !member.IsReadOnlyReplica));
    }

    [Theory]
    [InlineData("eventstoredb-23.10.6/gossip-catching-up.json", NodeState.CatchingUp)]
    [InlineData("kurrentdb-26.1.0/gossip-clone.json", NodeState.Clone)]
    [InlineData("kurrentdb-26.1.0/gossip-pre-leader.json", NodeState.PreLeader)]
    [InlineData("kurrentdb-26.1.0/gossip-read-only-leaderless.json", NodeState.ReadOnlyLeaderless)]
    [InlineData("kurrentdb-26.1.0/gossip-pre-read-only-replica.json", NodeState.PreReadOnlyReplica)]
    [InlineData("eventstoredb-23.10.6/gossip-resign-Unknown.json", NodeState.Unknown)]
    public void Reads_what_the_answering_node_says_of_itself(string file, NodeState state)
    {
        Assert.Equal(state, Own(Read(file), ServerOf(file)).State);
    }

    [Fact]
    public void Placeholders_of_a_node_that_has_just_started_stay_in_the_answer()
    {
        var placeholders = Read("kurrentdb-26.1.0/gossip-just-started.json").Members.Where(member => member.State == NodeState.Manager).ToList();

        Assert.Equal(2, placeholders.Count);
        Assert.All(placeholders, placeholder => Assert.Equal((Guid.Empty, -1L), (placeholder.InstanceId, placeholder.WriterCheckpoint)));
    }

    [Fact]
    public void A_node_is_named_as_it_is_advertised_and_known_by_its_internal_address_too()
    {
        var replica = Assert.Single(
            Read("eventstoredb-23.10.6/tls-gossip-advertise-as.json").Members, member => member.Endpoint.Host == "ro.example.localhost");

        Assert.Equal(443, replica.Endpoint.Port);
        Assert.Equal(["repl.example.localhost"], replica.InternalAddresses);
        Assert.Equal(-7, replica.NodePriority);
        Assert.False(replica.IsAlive);
        Assert.True(replica.IsReadOnlyReplica);
    }

    [Fact]
    public void A_restarted_follower_has_a_new_instance_and_catches_up_while_a_peer_still_shows_the_old_one()
    {
        var timeline = Fixture.Timeline("eventstoredb-22.10.5/follower-restarts.jsonl")
            .Select(look => (look.From, Own: Own(GossipReader.Read(Node, look.Body), "127.0.0.23")))
            .ToList();
        var own = timeline.Where(look => look.From == "127.0.0.23").Select(look => look.Own).ToList();

        Assert.Equal(2, own.Select(member => member.InstanceId).Distinct().Count());
        Assert.Contains(own, member => member.State == NodeState.PreReplica && member.WriterCheckpoint == 0);
        Assert.Contains(timeline, look => look.From != "127.0.0.23" && !look.Own.IsAlive && look.Own.State == NodeState.Follower);
        Assert.Equal(NodeState.Follower, own[^1].State);
    }

    [Fact]
    public void A_resignation_passes_through_its_states()
    {
        var own = Fixture.Timeline("eventstoredb-22.10.5/leader-resigns.jsonl")
            .Where(look => look.From == "127.0.0.22")
            .Select(look => Own(GossipReader.Read(Node, look.Body), "127.0.0.22"))
            .ToList();

        Assert.Equal(NodeState.Leader, own[0].State);
        Assert.Equal(NodeState.Follower, own[^1].State);
        Assert.Contains(own, member => member is { State: NodeState.Leader, NodePriority: -1 });
    }

    [Fact]
    public void A_restarted_replica_says_that_it_is_one_long_before_it_is_level()
    {
        var own = Fixture.Timeline("eventstoredb-22.10.5/read-only-replica-restarts.jsonl")
            .Where(look => look.From == "127.0.0.24")
            .Select(look => Own(GossipReader.Read(Node, look.Body), "127.0.0.24"))
            .ToList();

        Assert.Contains(own, member => member is { State: NodeState.ReadOnlyReplica, WriterCheckpoint: < 100_000 });
    }

    [Fact]
    public void A_steady_cluster_has_one_leader_two_followers_and_a_replica() =>
        Assert.All(
            Fixture.Timeline("eventstoredb-22.10.5/steady.jsonl"),
            look => Assert.Equal(
                [NodeState.Follower, NodeState.Follower, NodeState.Leader, NodeState.ReadOnlyReplica],
                GossipReader.Read(Node, look.Body).Members.Select(member => member.State).OrderBy(state => state)));

    [Fact]
    public void Reading_makes_little_garbage()
    {
        var body = Fixture.Body("kurrentdb-26.1.0/gossip-steady.json");
        GossipReader.Read(Node, body);

        var before = GC.GetAllocatedBytesForCurrentThread();
        GossipReader.Read(Node, body);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, body.Length);
    }

    private static GossipAnswer Read(string file) => GossipReader.Read(Node, Fixture.Body(file));

    private static string ServerOf(string file) => JsonDocument.Parse(Fixture.Body(file)).RootElement.GetProperty("serverIp").GetString()!;

    private static GossipMember Own(GossipAnswer answer, string host) => answer.Members.Single(member => member.Endpoint.Host == host);
}
