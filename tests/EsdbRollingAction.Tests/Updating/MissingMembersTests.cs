using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public sealed class MissingMembersTests : IDisposable
{
    private static readonly NodeEndpoint Here = new("10.0.0.1", 2113);
    private static readonly NodeEndpoint Lost = new("10.0.0.3", 2113);
    private static readonly Instance Known = Machine("i-1", "10.0.0.1", InstanceState.Running);
    private static readonly Instance Stopped = Machine("i-3", "10.0.0.3", InstanceState.Stopped);
    private static readonly Dictionary<NodeEndpoint, Instance> Matches = new() { [Here] = Known };

    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Fact]
    public void A_marked_instance_is_a_member_at_the_address_of_its_mark() =>
        Assert.Equal([Lost], Find(Stopped with { RestorePoint = "type=t2.large node=10.0.0.3:2113" }, hosts: [], missingVoters: 0, isNarrowed: false));

    [Fact]
    public void A_mark_with_an_address_that_is_not_the_instance_s_own_proves_nothing() =>
        Assert.Empty(Find(Stopped with { RestorePoint = "type=t2.large node=10.0.0.99:2113" }, hosts: [], missingVoters: 0, isNarrowed: false));

    [Fact]
    public void A_host_of_the_connection_string_is_a_member_while_a_voter_is_missing()
    {
        Assert.Equal([Lost], Find(Stopped, hosts: [new NodeToMatch(Lost, [])], missingVoters: 1, isNarrowed: false));
        Assert.Empty(Find(Stopped, hosts: [new NodeToMatch(Lost, [])], missingVoters: 0, isNarrowed: false));
    }

    [Fact]
    public void A_stopped_instance_that_the_filters_let_through_is_the_missing_voter_when_there_is_no_other()
    {
        Assert.Equal([Lost], Find(Stopped, hosts: [], missingVoters: 1, isNarrowed: true));
        Assert.Empty(Find(Stopped, hosts: [], missingVoters: 1, isNarrowed: false));
        Assert.Empty(Find(Stopped, hosts: [], missingVoters: 2, isNarrowed: true));
    }

    [Fact]
    public void An_instance_that_is_not_at_the_host_is_nobody_s_proof() =>
        Assert.Empty(Find(Stopped, hosts: [new NodeToMatch(new NodeEndpoint("10.0.0.4", 2113), [])], missingVoters: 1, isNarrowed: false));

    [Fact]
    public void An_instance_is_one_member_whatever_else_speaks_for_it()
    {
        var marked = Stopped with { RestorePoint = "type=t2.large node=10.0.0.3:2113" };

        Assert.Equal([Lost], Find(marked, hosts: [new NodeToMatch(Lost with { Host = "other.test" }, ["10.0.0.3"])], missingVoters: 2, isNarrowed: true));
    }

    [Fact]
    public void An_instance_that_runs_or_has_no_address_is_not_the_missing_voter()
    {
        Assert.Empty(Find(Stopped with { State = InstanceState.Running }, hosts: [], missingVoters: 1, isNarrowed: true));
        Assert.Empty(Find(Stopped with { PrivateAddresses = [] }, hosts: [], missingVoters: 1, isNarrowed: true));
    }

    [Fact]
    public void Those_that_may_be_members_without_proof_are_stopped_and_at_a_host_or_narrowed()
    {
        Assert.Equal(["i-3"], Doubtful(Stopped, [], isNarrowed: true));
        Assert.Equal(["i-3"], Doubtful(Stopped, [new NodeToMatch(Lost, [])], isNarrowed: false));
        Assert.Empty(Doubtful(Stopped, [new NodeToMatch(Lost with { Host = "10.0.0.4" }, [])], isNarrowed: false));
        Assert.Empty(Doubtful(Stopped with { State = InstanceState.Running }, [], isNarrowed: true));
        Assert.Empty(Doubtful(Stopped with { RestorePoint = "type=t2.large node=10.0.0.3:2113" }, [], isNarrowed: true));
    }

    [Theory]
    [InlineData("tag:cluster", 4)]
    [InlineData("instance-id", 4)]
    [InlineData("vpc-id", 0)]
    public async Task Only_a_filter_that_names_the_cluster_s_own_instances_makes_what_it_lets_through_members(string filter, int members)
    {
        var forgotten = roll.Picture["follower1"];
        forgotten.GoesDown();
        (forgotten.InstanceState, forgotten.PrivateAddress) = (InstanceState.Stopped, "10.0.0.3");
        roll.Picture.Forget(forgotten);
        roll.Settings = roll.Settings with
        {
            Seeds = [roll.Picture["leader"].Endpoint],
            InstanceFilters = [new InstanceFilter(filter, ["x"])],
        };

        var plan = await Record.ExceptionAsync(() => roll.PlanAsync()) is null ? roll.File.Read() : null;

        Assert.Equal(members, plan?.EventStoreNodeUpdates.Count ?? 0);
    }

    [Fact]
    public async Task A_stopped_instance_that_may_be_a_replica_nobody_names_is_told_of_and_not_started()
    {
        var forgotten = roll.Picture["replica"];
        forgotten.GoesDown();
        forgotten.InstanceState = InstanceState.Stopped;
        roll.Picture.Forget(forgotten);
        roll.Settings = roll.Settings with { Seeds = [.. roll.Settings.Seeds, forgotten.Endpoint] };

        var end = await roll.RunAsync();

        Assert.Equal((UpdateStatus.Success, 3), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Count));
        var check = Assert.Single(roll.Checks, check => check.Name == "NoNodeIsLeftOut");
        Assert.Equal((Core.CheckOutcome.Warning, "i-replica (replica): stopped, and no node names it"), (check.Outcome, check.Found));
        Assert.DoesNotContain("start i-replica", roll.Instances.Asked);
    }

    [Fact]
    public async Task A_voter_that_gossip_has_forgotten_is_found_by_its_mark_and_updated_first()
    {
        var forgotten = roll.Picture["follower1"];
        forgotten.GoesDown();
        forgotten.InstanceState = InstanceState.Stopped;
        forgotten.RestorePoint = new RestorePoint { Node = forgotten.Endpoint, Type = "t2.large" }.ToString();
        roll.Picture.Forget(forgotten);
        roll.Instances.AfterStart = _ => roll.Picture.Remember(forgotten);

        var end = await roll.RunAsync();

        Assert.Equal((UpdateStatus.Success, 4), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Count));
        Assert.Equal(["type t2.xlarge i-follower1", "start i-follower1"], roll.Instances.Asked[..2]);
    }

    private static IEnumerable<NodeEndpoint> Find(Instance lost, IReadOnlyList<NodeToMatch> hosts, int missingVoters, bool isNarrowed) =>
        new MissingMembers([Known, lost], Matches, hosts, isNarrowed).Find(missingVoters).Keys.Except(Matches.Keys);

    private static IEnumerable<string> Doubtful(Instance lost, IReadOnlyList<NodeToMatch> hosts, bool isNarrowed)
    {
        var missing = new MissingMembers([Known, lost], Matches, hosts, isNarrowed);
        missing.Find(missingVoters: 0);
        return missing.Doubtful().Select(instance => instance.Id);
    }

    private static Instance Machine(string id, string address, InstanceState state) => new(id, state, "t2.large", null, [address], null, []);
}
