using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Status;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Status;

public sealed class StatusTests : IDisposable
{
    private const string Run = "https://github.com/org/ops/actions/runs/4711";
    private const string RestorePoint = "type=t2.large priority=2 target=t2.xlarge node=follower1.test:2113";

    private readonly ServiceFixture fixture = new();

    public StatusTests() => fixture.Instances.Facts = fixture.Instances.Facts with { Events = AwsAnswer.As<IReadOnlyList<ScheduledEvent>>([]) };

    private PicturedNode Follower => fixture.Picture["follower1"];

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task Of_a_cluster_that_is_well_nobody_has_to_look_at_anything()
    {
        fixture.Picture.Nodes.ForEach(node => node.Version = "23.10.6");

        var status = await fixture.StatusAsync();

        Assert.Equal("3 of 3 voters are up and level, and 1 of 1 read-only replicas; leader leads", status.Headline);
        Assert.Null(status.Reason);
        Assert.Null(status.Run);
        Assert.All(status.Checks, check => Assert.Equal(CheckOutcome.Passed, check.Outcome));
        Assert.Equal(["follower1", "follower2", "leader", "replica"], status.Nodes.Select(node => node.Name));
        Assert.Equal(["Follower", "Follower", "Leader", "read-only replica"], status.Nodes.Select(node => node.Role));
        Assert.All(status.Nodes, node => Assert.Equal(
            (CheckOutcome.Passed, "level", "23.10.6", "t2.large", "running"), (node.Outcome, node.Level, node.Own?.Version, node.Instance?.Type, node.InstanceState)));
    }

    [Fact]
    public async Task It_writes_no_tag_holds_nothing_back_and_asks_no_node_for_anything()
    {
        IsCutOff();
        fixture.Instances.Hold("i-follower1", "t2.xlarge");

        await fixture.StatusAsync(Unfinished());

        Assert.Empty(fixture.Instances.Asked);
        Assert.Empty(fixture.Instances.Leases);
        Assert.Empty(fixture.Cluster.Asked);
        Assert.Null(fixture.File.Read());
    }

    [Fact]
    public async Task A_voter_that_is_down_is_named()
    {
        Follower.GoesDown();

        var status = await fixture.StatusAsync();

        Assert.Equal("2 of 3 voters are up and level, and 1 of 1 read-only replicas; leader leads", status.Headline);
        Assert.Equal("follower1: refused the connection", LookedAt(status, nameof(NodeChecks.NodeIsLevel)).Found);
        Assert.Equal([CheckOutcome.Refused, CheckOutcome.Passed, CheckOutcome.Passed, CheckOutcome.Passed], status.Nodes.Select(node => node.Outcome));
        Assert.Equal("voter", status.Nodes[0].Role);
    }

    [Fact]
    public async Task A_read_only_replica_that_serves_nobody_is_named()
    {
        fixture.Picture["replica"].State = NodeState.ReadOnlyLeaderless;

        var status = await fixture.StatusAsync();

        Assert.Equal("replica: says ReadOnlyLeaderless", LookedAt(status, nameof(NodeChecks.NodeIsLevel)).Found);
        Assert.StartsWith("3 of 3 voters are up and level, and 0 of 1", status.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_voter_that_the_leader_does_not_see_is_named()
    {
        Follower.SeenAlive = false;

        Assert.Equal("follower1: is not seen by the leader", LookedAt(await fixture.StatusAsync(), nameof(NodeChecks.NodeIsLevel)).Found);
    }

    [Fact]
    public async Task An_election_that_ends_is_no_reason_to_look()
    {
        fixture.Picture["leader"].State = NodeState.Unknown;
        fixture.After(TimeSpan.FromSeconds(12), () => fixture.Picture["leader"].State = NodeState.Leader);

        Assert.Null((await fixture.StatusAsync()).Reason);
    }

    [Fact]
    public async Task Without_a_leader_that_is_said()
    {
        fixture.Picture["leader"].State = NodeState.Unknown;

        var status = await fixture.StatusAsync();

        Assert.Equal("0 of 3 voters are up and level, and 0 of 1 read-only replicas; nobody leads", status.Headline);
        Assert.Equal("no node says that it leads", LookedAt(status, "OneLeaderIsAgreed").Found);
    }

    [Fact]
    public async Task A_configured_voter_that_nobody_knows_is_missed()
    {
        fixture.Picture.ClusterSize = 5;

        Assert.Equal("only 3 of the 5 configured voters are known", LookedAt(await fixture.StatusAsync(), "VotersAreKnown").Found);
    }

    [Fact]
    public async Task Without_a_user_who_may_read_options_the_voters_that_gossip_names_are_counted()
    {
        fixture.Cluster.Denies = true;

        var status = await fixture.StatusAsync();

        Assert.Null(status.Reason);
        Assert.Contains(status.Checks, check => check.Text.StartsWith("3 voters are known from gossip, and not how many are configured", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_that_gossip_are_shown_though_none_tells_its_options()
    {
        fixture.Cluster.OptionsUnanswered = int.MaxValue;

        var status = await fixture.StatusAsync();

        Assert.Null(status.Reason);
        Assert.StartsWith("3 of 3 voters are up and level", status.Headline, StringComparison.Ordinal);
        Assert.Contains(status.Checks, check => check.Text.Contains("No node tells its options", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_that_are_not_trusted_are_a_reason_of_their_own()
    {
        fixture.Cluster.Untrusted.UnionWith(fixture.Picture.Nodes.Select(node => node.Endpoint));

        var status = await fixture.StatusAsync();

        Assert.Equal(FailureReason.PreflightRefused, status.Reason);
        Assert.Contains("certificate is not trusted", LookedAt(status, "ANodeAnswers").Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_is_off_is_named_with_what_EC2_says()
    {
        Follower.GoesDown();
        (Follower.InstanceState, Follower.StateReason) = (InstanceState.Stopped, StateReason.From("Server.InternalError", "a fault", null));

        var status = await fixture.StatusAsync();

        Assert.StartsWith("follower1: i-follower1 is stopped with type t2.large, EC2 says", LookedAt(status, nameof(NodeChecks.InstanceRuns)).Found, StringComparison.Ordinal);
        Assert.Equal("stopped", status.Nodes[0].InstanceState);
    }

    [Fact]
    public async Task What_EC2_has_scheduled_is_to_be_looked_at()
    {
        var retirement = new ScheduledEvent("i-leader", "instance-retirement", "The instance is running on degraded hardware", null);
        fixture.Instances.Facts = fixture.Instances.Facts with { Events = AwsAnswer.As<IReadOnlyList<ScheduledEvent>>([retirement]) };

        var status = await fixture.StatusAsync();

        Assert.StartsWith("leader: EC2 has scheduled instance-retirement", LookedAt(status, "NothingIsScheduled").Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_not_be_read_is_no_reason_to_look()
    {
        fixture.Instances.Facts = fixture.Instances.Facts with { Events = AwsAnswer.Not<IReadOnlyList<ScheduledEvent>>("denied") };
        fixture.Instances.BeforeHeldIsFound = _ => throw new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "denied too");

        var status = await fixture.StatusAsync();

        Assert.Null(status.Reason);
        Assert.Equal(["not checked: denied", "not checked: denied too"], status.Checks.Where(check => check.Found.Contains("denied", StringComparison.Ordinal)).Select(check => check.Found));
    }

    [Fact]
    public async Task An_update_that_was_cut_off_is_named_with_its_run_and_with_what_goes_on_with_it()
    {
        IsCutOff();

        var status = await fixture.StatusAsync(Unfinished());

        Assert.Equal(Run, status.Run);
        var begun = LookedAt(status, nameof(NodeChecks.NoUpdateHasBegun));
        Assert.Equal("follower1: an update to t2.xlarge began with it and has not finished it; before, it was type t2.large, priority 2", begun.Found);
        Assert.StartsWith("Run the update again with the same inputs: it goes on from there", begun.Advice, StringComparison.Ordinal);
        Assert.StartsWith($"{Run} ended in the middle of an update: it holds the lease, renewed at 2026-01-01 ", LookedAt(status, nameof(UpdateChecks.NoRunHoldsTheLease)).Found, StringComparison.Ordinal);
        Assert.StartsWith("by state.json 1 of 4 nodes are updated to t2.xlarge; the update has not ended", LookedAt(status, nameof(UpdateChecks.NoUpdateIsUnfinished)).Found, StringComparison.Ordinal);
        Assert.Single(status.Checks, check => check.Text.Contains("goes on from there", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_living_run_has_in_work_is_no_reason_to_look()
    {
        IsCutOff();
        fixture.After(TimeSpan.FromSeconds(30), () => HoldLease(fixture.Time.GetUtcNow()));

        var status = await fixture.StatusAsync(Unfinished());

        Assert.Null(status.Reason);
        Assert.Equal(Run, status.Run);
        Assert.Equal("2 of 3 voters are up and level, and 1 of 1 read-only replicas; leader leads", status.Headline);
        Assert.Equal(CheckOutcome.Note, status.Nodes[0].Outcome);
        Assert.Contains(status.Checks, check => check.Found.StartsWith($"{Run} works on the cluster, renewed at 2026-01-01 03:00:30Z", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_voter_that_is_down_while_a_run_lives_is_a_reason_to_look()
    {
        IsCutOff();
        fixture.Picture["follower2"].GoesDown();
        fixture.After(TimeSpan.FromSeconds(30), () => HoldLease(fixture.Time.GetUtcNow()));

        var status = await fixture.StatusAsync();

        Assert.StartsWith("follower2", Assert.Single(status.ToLookAt, check => check.Name == nameof(NodeChecks.NodeIsLevel)).Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UpdateStatus.Failed, null, CheckOutcome.Refused)]
    [InlineData(UpdateStatus.InProgress, null, CheckOutcome.Refused)]
    [InlineData(UpdateStatus.InProgress, PauseReason.MaxNodes, CheckOutcome.Note)]
    [InlineData(UpdateStatus.Success, null, CheckOutcome.Passed)]
    public async Task The_state_of_an_update_that_was_begun_says_how_it_ended(UpdateStatus end, PauseReason? paused, CheckOutcome outcome)
    {
        var status = await fixture.StatusAsync(Unfinished() with { ClusterUpdateStatus = end, PausedBecause = paused });

        Assert.Equal(outcome, Assert.Single(status.Checks, check => check.Name == nameof(UpdateChecks.NoUpdateIsUnfinished)).Outcome);
    }

    [Fact]
    public async Task A_plan_is_no_update_that_was_begun() =>
        Assert.Null((await fixture.StatusAsync(Unfinished() with { StartedAt = null, PlanDigest = "sha256:1" })).Reason);

    [Fact]
    public async Task Capacity_that_nobody_gives_back_is_said_and_fails_nothing()
    {
        fixture.Instances.Hold("i-follower1", "t2.xlarge");

        var status = await fixture.StatusAsync();

        Assert.Null(status.Reason);
        Assert.Contains(status.Checks, check => check.Text.StartsWith("cr-i-follower1 (t2.xlarge for i-follower1); it is paid for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_no_node_answers_it_is_shown_what_EC2_says_of_the_instances()
    {
        fixture.Picture.Nodes.ForEach(node => node.GoesDown());
        (Follower.InstanceState, Follower.RestorePoint) = (InstanceState.Stopped, RestorePoint);

        var status = await fixture.StatusAsync();

        Assert.Equal((FailureReason.ClusterUnreachable, "No node answers; 1 of 2 instances run"), (status.Reason, status.Headline));
        Assert.Equal([("follower1", "stopped", "does not answer"), ("follower2", "running", "does not answer")], status.Nodes.Select(node => (node.Name, node.InstanceState!, node.Level)));
        Assert.StartsWith("follower1: an update to t2.xlarge began", LookedAt(status, nameof(NodeChecks.NoUpdateHasBegun)).Found, StringComparison.Ordinal);
        Assert.All(status.Nodes, node => Assert.Equal(CheckOutcome.Refused, node.Outcome));
    }

    [Theory]
    [InlineData(InstanceErrorKind.AccessDenied, FailureReason.PreflightRefused)]
    [InlineData(InstanceErrorKind.Transient, FailureReason.AwsUnreachable)]
    [InlineData(InstanceErrorKind.CredentialsExpired, FailureReason.CredentialsExpired)]
    [InlineData(InstanceErrorKind.CredentialsMissing, FailureReason.PreflightRefused)]
    public async Task Where_EC2_shows_nothing_the_nodes_are_shown_all_the_same(InstanceErrorKind kind, FailureReason reason)
    {
        fixture.Instances.CannotFind = () => new InstanceException(kind, "Code", "EC2 says no.");

        var status = await fixture.StatusAsync();

        Assert.Equal(reason, status.Reason);
        Assert.Contains(status.ToLookAt, check => check.Text.Contains("EC2 says no", StringComparison.Ordinal));
        Assert.StartsWith("3 of 3 voters are up and level", status.Headline, StringComparison.Ordinal);
        Assert.Equal(["leader.test:2113"], status.Nodes.Where(node => node.Role == "Leader").Select(node => node.Name));
    }

    [Fact]
    public async Task Every_check_is_told_in_the_docs_and_no_other()
    {
        var named = (await fixture.StatusAsync()).Checks.ToList();
        fixture.Instances.CannotFind = () => new InstanceException(InstanceErrorKind.CredentialsMissing, "None", "There are none.");
        named.AddRange((await fixture.StatusAsync()).Checks);
        fixture.Picture.Nodes.ForEach(node => node.GoesDown());
        named.AddRange((await fixture.StatusAsync()).Checks);

        Assert.Equal(
            named.Select(check => check.Name).Append("NoNodeIsLeftOut").Distinct().Order(StringComparer.Ordinal),
            Pages.Rows("docs/operating.md", "status").SelectMany(row => row.Split('|')[1].Split('`').Where((_, index) => index % 2 == 1)).Order(StringComparer.Ordinal));
    }

    private static Check LookedAt(ClusterStatus status, string name)
    {
        Assert.NotNull(status.Reason);
        return Assert.Single(status.ToLookAt, check => check.Name == name);
    }

    private void IsCutOff()
    {
        Follower.GoesDown();
        (Follower.InstanceState, Follower.RestorePoint) = (InstanceState.Stopped, RestorePoint);
        HoldLease(fixture.Time.GetUtcNow() - TimeSpan.FromSeconds(5));
    }

    private void HoldLease(DateTimeOffset renewed) =>
        fixture.Picture.Nodes.ForEach(node => node.Lease = new LeaseTag(Run, "0a1b2c3d", 3) { Renewed = renewed }.ToString());

    private ClusterUpdate Unfinished()
    {
        var state = fixture.Picture.State();
        return state.With(state.EventStoreNodeUpdates[3] with { NodeUpdateStatus = UpdateStatus.Success }) with
        {
            ClusterUpdateStatus = UpdateStatus.InProgress,
            StartedAt = fixture.Time.GetUtcNow() - TimeSpan.FromMinutes(5),
            LastIterationAt = fixture.Time.GetUtcNow() - TimeSpan.FromMinutes(1),
        };
    }
}
