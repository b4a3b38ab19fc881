using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public sealed class PreflightTests : IDisposable
{
    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_asked_three_times_and_then_left()
    {
        roll.Picture.Nodes.ForEach(node => node.Answers = false);

        await Refused(FailureReason.ClusterUnreachable, "refused the connection");
    }

    [Fact]
    public async Task A_connection_string_that_leads_to_no_instance_is_refused_without_waiting_for_one()
    {
        roll.Settings = roll.Settings with { Seeds = [new NodeEndpoint("nowhere.test", 2113)] };
        var begun = roll.Time.GetUtcNow();

        await Refused(FailureReason.ClusterUnreachable, "refused the connection");

        Assert.InRange(roll.Time.GetUtcNow() - begun, TimeSpan.Zero, Timings.ReadConsistency - TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_refused_though_a_plan_names_its_nodes()
    {
        var plan = await roll.PlanAsync();
        roll.Picture.Nodes.ForEach(node => node.Answers = false);

        Assert.Equal(
            FailureReason.ClusterUnreachable,
            (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(plan))).Reason);
        Assert.DoesNotContain(roll.Notices, notice => notice.Contains("stopped one", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_person_has_stopped_since_the_plan_is_not_started_by_a_run_that_may_not_begin(bool areAll)
    {
        var plan = await roll.PlanAsync();
        foreach (var node in roll.Picture.Nodes.Where(node => areAll || node.Name is "follower1"))
        {
            node.GoesDown();
            node.InstanceState = InstanceState.Stopped;
        }

        roll.Instances.Facts = roll.Instances.Facts with
        {
            StopProtection = new Dictionary<string, AwsAnswer<bool>> { ["i-leader"] = AwsAnswer.As(true) },
        };

        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(plan));

        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task A_cluster_that_answers_and_does_not_tell_its_options_for_a_while_is_asked_again()
    {
        roll.Cluster.OptionsUnanswered = 10 * roll.Picture.Nodes.Count;

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task Denied_administration_is_refused_before_anything_is_changed()
    {
        roll.Cluster.Denies = true;

        await Refused(FailureReason.PreflightRefused, "$admins or $ops");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Servers_that_take_only_tokens_are_refused_in_words(bool denies)
    {
        roll.Cluster.Denies = denies;
        roll.Cluster.Authentication = "oauth";

        await Refused(FailureReason.PreflightRefused, "authenticates with OAuth");
    }

    [Theory]
    [InlineData("5.0.11.0")]
    [InlineData("20.5.9")]
    public async Task A_server_before_20_6_is_refused(string version)
    {
        roll.Cluster.Versions[roll.Picture["follower2"].Endpoint] = version;

        var sentence = $"follower2.test:2113 runs version {version}: this program works with EventStoreDB 20.6 and later";
        await Refused(FailureReason.PreflightRefused, sentence);
    }

    [Fact]
    public async Task A_server_whose_gossip_is_too_old_to_be_read_is_told_by_its_version()
    {
        roll.Picture.Nodes.ForEach(node => node.Answers = false);
        roll.Cluster.Versions[roll.Settings.Seeds[1]] = "5.0.11.0";

        await Refused(FailureReason.PreflightRefused, "runs version 5.0.11.0");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_that_never_will_be_trusted_is_refused_without_a_wait(bool areAll)
    {
        foreach (var node in roll.Picture.Nodes.Where(node => areAll || node.IsReplica))
        {
            roll.Cluster.Untrusted.Add(node.Endpoint);
        }

        roll.Settings = roll.Settings with { Run = "ops:1:2:3" };
        var begun = roll.Time.GetUtcNow();

        await Refused(FailureReason.PreflightRefused, FakeCluster.WhyUntrusted);

        Assert.InRange((roll.Time.GetUtcNow() - begun).TotalSeconds, 0, 1);
    }

    [Fact]
    public async Task A_node_that_an_update_left_stopped_is_started_though_the_others_are_not_trusted()
    {
        var node = roll.Picture["follower1"];
        node.GoesDown();
        node.InstanceState = InstanceState.Stopped;
        var marked = roll.Time.GetUtcNow().AddHours(-1);
        node.RestorePoint = new RestorePoint { Node = node.Endpoint, Type = "t2.large" }.ToString();
        roll.Cluster.Untrusted.UnionWith(roll.Picture.Nodes.Select(other => other.Endpoint));

        var refused = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.PreflightRefused, refused.Reason);
        Assert.Equal(["type t2.xlarge i-follower1", "start i-follower1"], roll.Instances.Asked);
        Assert.Contains("i-follower1 was started", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_that_all_advertise_one_endpoint_are_refused_in_those_words()
    {
        roll.Cluster.Advertise = new NodeEndpoint("balancer.test", 2113);

        await Refused(FailureReason.PreflightRefused, "All 4 nodes advertise one endpoint, balancer.test:2113");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_cluster_that_cannot_spare_a_voter_is_refused(int size)
    {
        roll.Picture.ClusterSize = size;

        await Refused(FailureReason.PreflightRefused, "cannot spare one");
    }

    [Fact]
    public async Task Downtime_that_is_allowed_is_warned_of_and_the_update_begins()
    {
        roll.Picture.Nodes.Remove(roll.Picture["follower2"]);
        roll.Picture.ClusterSize = 2;
        roll.Settings = roll.Settings with { AllowDowntime = true };

        await roll.RunAsync(oneIteration: true);

        Assert.Equal(CheckOutcome.Warning, roll.Checks.Single(check => check.Name == "ClusterCanSpareAVoter").Outcome);
        Assert.NotEmpty(roll.Instances.Asked);
    }

    [Fact]
    public async Task A_licensed_node_is_noted()
    {
        roll.Cluster.Licensed.Add(roll.Picture["follower1"].Endpoint);

        await roll.PlanAsync();

        var check = roll.Checks.Single(check => check.Name == "NoLicenceToActivate");
        Assert.StartsWith("follower1.test:2113 has a licence key", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_advertises_an_address_which_a_stop_takes_away_is_refused_before_anything_is_touched()
    {
        roll.Instances.Shown = instance => instance.Id != "i-follower1" ? instance : instance with
        {
            PublicAddress = "3.4.5.6",
            Details = instance.Details with { LosesPublicAddress = true, PublicDnsName = "follower1.test" },
        };

        await Refused(FailureReason.PreflightRefused, "PublicAddressStays: follower1: the node is reached only by follower1.test (3.4.5.6)");

        roll.Settings = roll.Settings with { AllowPublicAddressLoss = true };
        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        roll.Cluster.Denies = true;
        roll.Picture["follower1"].Checkpoint -= 100_000_000;
        roll.Picture["replica"].InstanceShown = false;
        roll.Instances.Permissions.Add(Check.Refused("StopInstances", "not allowed"));
        roll.Instances.Facts = roll.Instances.Facts with
        {
            Types = AwsAnswer.As<IReadOnlyDictionary<string, InstanceTypeDetails>>(
                new Dictionary<string, InstanceTypeDetails> { ["t2.large"] = new("t2.large") { HasInstanceStore = true } }),
        };

        var refused = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.PlanAsync());

        string[] failed = ["VotersAreLevel", "MayAdminister", "EachNodeHasOneInstance", "NoInstanceStoreVolumes", "TargetTypeExists"];
        Assert.Equal(failed, roll.Checks.Where(check => check.Outcome is CheckOutcome.Refused).Select(check => check.Name));
        Assert.All(failed, name => Assert.Contains($"{name}: ", refused.Message, StringComparison.Ordinal));
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task A_voter_that_is_behind_is_waited_for_and_then_refused()
    {
        roll.Picture["follower1"].Checkpoint -= 100_000_000;
        var begun = roll.Time.GetUtcNow();

        await Refused(FailureReason.PreflightRefused, "VotersAreLevel: follower1 is");

        Assert.InRange((roll.Time.GetUtcNow() - begun).TotalSeconds, 30, 35);
    }

    [Fact]
    public async Task An_election_passes_and_the_update_begins()
    {
        roll.Picture["leader"].State = NodeState.Unknown;
        using var elected = roll.Time.CreateTimer(_ => roll.Picture["leader"].State = NodeState.Leader, null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);

        await roll.RunAsync(oneIteration: true);

        Assert.Equal(["stop i-replica"], roll.Instances.Asked);
    }

    [Theory]
    [InlineData("stopped")]
    [InlineData("marked")]
    [InlineData("begun")]
    [InlineData("updated")]
    public async Task A_voter_that_an_interrupted_update_left_behind_is_no_reason_to_refuse(string how)
    {
        var node = roll.Picture["follower1"];
        node.GoesDown();
        node.InstanceState = how == "stopped" ? InstanceState.Stopped : InstanceState.Running;
        node.RestorePoint = how == "marked" ? "type=t2.large" : null;
        node.InstanceType = how == "updated" ? Picture.Target : node.InstanceType;

        await roll.RunAsync(ServiceFixture.Begin() with { StartedAt = how == "begun" ? roll.Time.GetUtcNow() : null }, oneIteration: true);

        Assert.Equal(CheckOutcome.Note, roll.Checks.Single(check => check.Name == "VotersAreLevel").Outcome);
    }

    [Fact]
    public async Task An_update_that_was_interrupted_at_a_node_asks_EC2_for_nothing_that_only_the_checks_need()
    {
        roll.Picture["replica"].GoesDown();
        roll.Picture["replica"].InstanceState = InstanceState.Stopped;
        roll.Instances.Permissions.Add(Check.Refused("StopInstances", "not allowed"));

        await roll.RunAsync(ServiceFixture.Begin() with { StartedAt = roll.Time.GetUtcNow() }, oneIteration: true);

        Assert.Equal(0, roll.Instances.FactsAsked);
    }

    [Fact]
    public async Task An_update_that_stopped_between_two_nodes_is_checked_like_a_new_one()
    {
        roll.Instances.Permissions.Add(Check.Refused("StopInstances", "not allowed"));

        await Refused(FailureReason.PreflightRefused, "StopInstances: not allowed", ServiceFixture.Begin() with { StartedAt = roll.Time.GetUtcNow() });
    }

    [Fact]
    public async Task A_throttled_EC2_is_asked_again_before_anything_is_refused()
    {
        var throttled = 5;
        roll.Instances.CannotFind = () => throttled-- > 0 ? new InstanceException(InstanceErrorKind.Transient, "RequestLimitExceeded", "Throttled.") : null;

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task An_EC2_that_does_not_answer_is_no_refusal()
    {
        roll.Instances.CannotFind = () => new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "No answer.");

        Assert.Equal(InstanceErrorKind.Transient, (await Assert.ThrowsAsync<InstanceException>(() => roll.RunAsync())).Kind);
    }

    [Fact]
    public async Task A_node_that_an_update_left_stopped_is_brought_back_though_another_is_behind()
    {
        roll.Picture["follower1"].GoesDown();
        roll.Picture["follower1"].InstanceState = InstanceState.Stopped;
        roll.Picture["follower2"].Checkpoint -= 100_000_000;
        roll.Instances.AfterStart = _ => roll.Picture["follower2"].Checkpoint = 500_000_000;

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_type_that_does_not_exist_is_refused()
    {
        roll.Target = "t9.enormous";

        await Refused(FailureReason.PreflightRefused, "'t9.enormous' does not exist", ServiceFixture.Begin() with { TargetInstanceType = "t9.enormous" });
    }

    [Fact]
    public async Task Versions_and_scavenges_are_noted()
    {
        roll.Cluster.Versions[roll.Picture["leader"].Endpoint] = "23.10.6";
        roll.Cluster.Versions[roll.Picture["replica"].Endpoint] = "22.10.5";
        roll.Cluster.Scavenging.Add(roll.Picture["follower1"].Endpoint);

        await roll.PlanAsync();

        Assert.Contains(roll.Checks, check => check is { Name: "ServerVersionsAreEqual", Outcome: CheckOutcome.Note });
        Assert.Contains(roll.Checks, check => check is { Name: "NoScavengeRuns", Outcome: CheckOutcome.Note });
    }

    [Fact]
    public async Task A_node_without_an_instance_is_refused()
    {
        roll.Picture["follower1"].InstanceShown = false;

        await Refused(FailureReason.PreflightRefused, "follower1.test");
    }

    [Fact]
    public async Task A_refusal_tells_how_many_voters_are_up_and_level()
    {
        roll.Picture["follower1"].InstanceShown = false;
        roll.Picture["follower2"].Checkpoint = 1;

        await Refused(FailureReason.PreflightRefused, "follower1.test");

        Assert.Equal((3, 2, 3), (roll.Voters!.Up.Count, roll.Voters.Level.Count, roll.Voters.Of));
    }

    [Fact]
    public async Task A_state_that_names_a_stranger_is_refused() =>
        await Refused(FailureReason.InvalidInput, "'stranger'", Knows(new NodeUpdate { NodeName = "stranger" }));

    [Fact]
    public async Task A_state_that_claims_another_instance_for_a_node_that_was_begun_is_refused() =>
        await Refused(
            FailureReason.InvalidInput, "lives on i-follower2, which is another node's",
            Knows(new NodeUpdate
            {
                NodeName = "follower1",
                NodeAddress = "follower1.test",
                NodePort = 2113,
                Ec2InstanceId = "i-follower2",
                NodeUpdateStatus = UpdateStatus.InProgress,
                StopRequestedAt = roll.Time.GetUtcNow(),
            }));

    [Fact]
    public async Task A_dead_node_that_gossip_forgot_is_still_known_by_its_instance()
    {
        var forgotten = new PicturedNode("forgotten", NodeState.Follower) { InstanceState = InstanceState.Stopped };
        roll.Picture.ClusterSize = 4;
        roll.Picture.Hidden.Add(forgotten);
        var state = Knows(new NodeUpdate
        {
            NodeName = "forgotten",
            NodeAddress = "forgotten.test",
            NodePort = 2113,
            NodeType = NodeType.Follower,
            Ec2InstanceId = "i-forgotten",
            StopRequestedAt = roll.Time.GetUtcNow().AddHours(-1),
        });

        await roll.RunAsync(state, oneIteration: true);

        Assert.Equal(["type t2.xlarge i-forgotten"], roll.Instances.Asked);
    }

    [Fact]
    public async Task A_node_that_the_state_calls_done_and_a_person_changed_back_is_worked_on_again()
    {
        var state = Knows(new NodeUpdate { NodeName = "replica", NodeAddress = "replica.test", NodePort = 2113, NodeUpdateStatus = UpdateStatus.Success });

        await roll.RunAsync(state, oneIteration: true);

        Assert.Equal(["stop i-replica"], roll.Instances.Asked);
    }

    [Fact]
    public async Task Nodes_are_named_by_their_name_tags()
    {
        var end = await roll.RunAsync();

        Assert.Equal(["follower1", "follower2", "leader", "replica"], end.EventStoreNodeUpdates.Select(node => node.NodeName).Order());
        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal("t2.large", node.OriginalInstanceType));
    }

    private static ClusterUpdate Knows(NodeUpdate node) => ServiceFixture.Begin() with { EventStoreNodeUpdates = [node] };

    private async Task Refused(FailureReason reason, string said, ClusterUpdate? state = null)
    {
        var refused = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(state));

        Assert.Equal(reason, refused.Reason);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Empty(roll.Instances.Asked);
        Assert.Empty(roll.Cluster.Asked);
        Assert.Null(roll.File.Read());
    }
}
