using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class BadInputTests
{
    private const string Unfinished = """{"ClusterUpdateStatus":"InProgress","UpdateStrategy":"Ec2InstanceTypeUpdate","TargetInstanceType":"t2.xlarge"}""";

    [Theory]
    [ExhaustiveData(2, "invalid-input", "INPUT_UPDATE_STRATEGY", "RamUpdate", "'RamUpdate'")]
    [ExhaustiveData(2, "invalid-input", "INPUT_TARGET_INSTANCE_TYPE", null, "INPUT_TARGET_INSTANCE_TYPE")]
    [InlineData(2, "invalid-input", "INPUT_CONNECTION_STRING", null, "INPUT_CONNECTION_STRING")]
    [ExhaustiveData(2, "invalid-input", "INPUT_CONNECTION_STRING", "http://127.0.0.1:2113", "esdb")]
    [InlineData(2, "invalid-input", "INPUT_MODE", "undo", "plan, apply, step, rollback, recover or status")]
    [ExhaustiveData(2, "invalid-input", "INPUT_MODE", "rollback", "resume-run-id")]
    [ExhaustiveData(2, "invalid-input", "INPUT_CAPACITY_RETRY_MINUTES", "-1", "from 0 to")]
    [ExhaustiveData(2, "invalid-input", "INPUT_TIME_LIMIT_MINUTES", "0", "time-limit-minutes")]
    [InlineData(2, "invalid-input", "INPUT_MAX_NODES", "0", "max-nodes")]
    [ExhaustiveData(2, "invalid-input", "INPUT_PAUSE_BEFORE_LEADER", "yes", "pause-before-leader")]
    [ExhaustiveData(2, "invalid-input", "INPUT_BAKE_MINUTES", "-1", "from 0 to")]
    [ExhaustiveData(2, "invalid-input", "INPUT_RESUME_RUN_ID", "last", "resume-run-id")]
    [InlineData(3, "plan-changed", "INPUT_EXPECTED_PLAN_DIGEST", "sha256:0", "Plan again and approve that")]
    [ExhaustiveData(2, "invalid-input", "INPUT_ON_FAILURE", "panic", "rollback-node or stop")]
    [ExhaustiveData(2, "invalid-input", "INPUT_ALLOW_DOWNTIME", "yes", "allow-downtime")]
    [ExhaustiveData(2, "invalid-input", "INPUT_ALLOW_INSTANCE_STORE_LOSS", "yes", "allow-instance-store-loss")]
    [ExhaustiveData(2, "invalid-input", "INPUT_ALLOW_PUBLIC_ADDRESS_LOSS", "yes", "allow-public-address-loss")]
    [ExhaustiveData(2, "invalid-input", "INPUT_ITERATION_INTERVAL_SECONDS", "soon", "iteration-interval-seconds")]
    [ExhaustiveData(2, "invalid-input", "INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "0", "whole number")]
    [ExhaustiveData(2, "invalid-input", "INPUT_MAX_REPLICATION_LAG_BYTES", "-1", "whole number")]
    [ExhaustiveData(2, "invalid-input", "INPUT_INSTANCE_FILTERS", "=", "instance-filters")]
    [ExhaustiveData(2, "invalid-input", "INPUT_ROLE_TO_ASSUME", "arn:aws:iam::1:role/x", "role-to-assume")]
    [InlineData(3, "preflight-refused", "INPUT_TARGET_INSTANCE_TYPE", "t2.gigantic", "'t2.gigantic'")]
    [ExhaustiveData(3, "preflight-refused", "INPUT_INSTANCE_FILTERS", "tag:Name=nobody", "instance")]
    [InlineData(3, "preflight-refused", "AWS_SECRET_ACCESS_KEY", null, "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not")]
    [ExhaustiveData(2, "invalid-input", "INPUT_AWS_REGION", "eu_west_1", "is eu-west-1 meant")]
    [InlineData(2, "invalid-input", "AWS_REGION", "eu-west-1a", "an availability zone; the region is eu-west-1")]
    [ExhaustiveData(2, "invalid-input", "INPUT_AWS_REGION", "Ireland", "the region eu-west-1")]
    [ExhaustiveData(2, "invalid-input", "AWS_ENDPOINT_URL_EC2", "ec2", "AWS_ENDPOINT_URL_EC2")]
    [ExhaustiveData(2, "invalid-input", "AWS_CA_BUNDLE", "/nowhere/ca.pem", "/nowhere/ca.pem")]
    public async Task A_bad_input_ends_with_its_exit_code_before_anything_is_changed(
        int exitCode, string reason, string name, string? value, string said)
    {
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync((name, value), ("HOME", rolling.Sandbox.Folder));

        AssertRefused(rolling, result, exitCode, reason, said, seesTheCluster: name != "AWS_SECRET_ACCESS_KEY");
        Assert.False(File.Exists(rolling.StatePath));
    }

    [Theory]
    [InlineData("{ \"UpdateStrategy\": oops }", "line 1, column 21")]
    [InlineData("""{"UpdateStrategy":"Ec2InstanceTypeUpdate","TargetInstanceType":"m5.large"}""", "'m5.large'")]
    [InlineData("""{"LongestSecondsWithoutLeader":1e300,"EventStoreNodeUpdates":[{"NodeName":"stranger","NodeAddress":"10.9.8.7"}]}""", "'stranger'")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"stranger","NodeAddress":"10.9.8.7"}]}""", "'stranger'")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"test-node","Ec2InstanceId":"i-03191b6f020b34580"}]}""", "i-03191b6f020b34580")]
    public async Task A_bad_state_file_is_refused_and_left_as_it_is(string state, string said)
    {
        await using var rolling = await Rolling.StartAsync();
        await File.WriteAllTextAsync(rolling.StatePath, state, TestContext.Current.CancellationToken);

        var result = await rolling.RunAsync();

        AssertRefused(rolling, result, 2, "invalid-input", said);
        Assert.Equal(state, await File.ReadAllTextAsync(rolling.StatePath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_an_earlier_update_did_is_not_this_run_s_result()
    {
        await using var rolling = await Rolling.StartAsync();
        await File.WriteAllTextAsync(
            rolling.StatePath,
            """{"ClusterUpdateStatus":"Success","UpdateStrategy":"Ec2InstanceTypeUpdate","TargetInstanceType":"t2.xlarge","EventStoreNodeUpdates":[{"NodeName":"a","NodeUpdateStatus":"Success"}]}""",
            TestContext.Current.CancellationToken);

        var result = await rolling.RunAsync(("INPUT_CONNECTION_STRING", "esdb://127.0.0.1:9?tls=false"));

        Assert.Equal(4, result.ExitCode);
        Assert.Equal(("Pending", "0"), (rolling.Outputs()["cluster-update-status"], rolling.Outputs()["nodes-updated"]));
    }

    [Fact]
    public async Task An_unreachable_cluster_ends_resumable()
    {
        await using var rolling = await Rolling.StartAsync();
        await File.WriteAllTextAsync(rolling.StatePath, Unfinished, TestContext.Current.CancellationToken);

        var result = await rolling.RunAsync(("INPUT_CONNECTION_STRING", "esdb://127.0.0.1:9?tls=false"));

        AssertRefused(rolling, result, 4, "cluster-unreachable", "127.0.0.1:9");
        Assert.Equal(Unfinished, await File.ReadAllTextAsync(rolling.StatePath, TestContext.Current.CancellationToken));
        Assert.Equal("true", rolling.Outputs()["resumable"]);
    }

    [Theory]
    [InlineData("http://hooks.example.com/services/a-token-that-nobody-may-see")]
    [ExhaustiveData("hooks.example.com/services/a-token-that-nobody-may-see")]
    [ExhaustiveData("https://me:a-token-that-nobody-may-see@hooks.example.com")]
    [ExhaustiveData("/services/a-token-that-nobody-may-see")]
    public async Task An_address_for_notices_that_is_none_is_refused_and_not_shown(string url)
    {
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync(("INPUT_NOTIFY_URL", url));

        AssertRefused(rolling, result, 2, "invalid-input", "notify-url must be an absolute URL that begins with https://");
        Assert.DoesNotContain("a-token", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("admin:wrong-password@")]
    [InlineData("")]
    public async Task Credentials_that_may_not_administer_the_cluster_are_refused_and_never_shown(string credentials)
    {
        await using var rolling = await Rolling.StartAsync();
        var connection = new Uri(rolling.Sandbox.ConnectionString.Split(',')[0].Split('?')[0]);

        var result = await rolling.RunAsync(("INPUT_CONNECTION_STRING", $"esdb://{credentials}{connection.Host}:{connection.Port}?tls=false"));

        AssertRefused(rolling, result, 3, "preflight-refused", "$ops");
        Assert.DoesNotContain("wrong-password", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_refused_with_what_was_seen_and_how_to_trust_it()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, Tls = true });

        var result = await rolling.RunAsync(("INPUT_CONNECTION_STRING", rolling.Sandbox.ConnectionString.Split('?')[0]));

        AssertRefused(rolling, result, 3, "preflight-refused", "Chain seen: subject ", seesTheCluster: false);
        Assert.Contains("Set `tlsCaFile`", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "", "the node speaks plain HTTP: add `tls=false`")]
    [InlineData(true, "?tls=false", "the node speaks TLS: take `tls=false` out")]
    public async Task The_wrong_protocol_is_refused_with_the_right_one(bool tls, string query, string said)
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, Tls = tls });

        var result = await rolling.RunAsync(("INPUT_CONNECTION_STRING", rolling.Sandbox.ConnectionString.Split('?')[0] + query));

        AssertRefused(rolling, result, 3, "preflight-refused", said, seesTheCluster: false);
    }

    [Fact]
    public async Task More_than_one_instance_for_a_node_is_refused_with_both_sides_listed()
    {
        await using var rolling = await Rolling.StartAsync();
        rolling.Sandbox.Ec2.AddTwin("i-017bbfe8345fcf55e", "i-0twin");

        var result = await rolling.RunAsync();

        AssertRefused(rolling, result, 3, "preflight-refused", "i-0twin");
        Assert.Contains("i-017bbfe8345fcf55e", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("plan")]
    public async Task Every_check_that_fails_is_named_at_once_in_error_log_and_summary(string mode)
    {
        await using var rolling = await Rolling.StartAsync();
        rolling.Sandbox.Ec2.AddTwin("i-017bbfe8345fcf55e", "i-0twin");
        var connection = new Uri(rolling.Sandbox.ConnectionString.Split(',')[0].Split('?')[0]);
        var summary = Path.Combine(rolling.Sandbox.Folder, "summary.md");

        var result = await rolling.RunAsync(
            ("INPUT_MODE", mode),
            ("INPUT_TARGET_INSTANCE_TYPE", "t2.gigantic"),
            ("INPUT_CONNECTION_STRING", $"esdb://admin:wrong-password@{connection.Host}:{connection.Port}?tls=false"),
            ("GITHUB_STEP_SUMMARY", summary));

        var written = await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken);
        foreach (var check in new[] { "MayAdminister", "EachNodeHasOneInstance", "TargetTypeExists" })
        {
            AssertRefused(rolling, result, 3, "preflight-refused", $"{check}: ");
            Assert.Contains($"REFUSED  {check}: ", result.Output, StringComparison.Ordinal);
            Assert.Contains($"| {check} |", written, StringComparison.Ordinal);
        }
    }

    private static void AssertRefused(
        Rolling rolling, ProgramResult result, int exitCode, string reason, string said, bool seesTheCluster = true)
    {
        Require.That(result.ExitCode == exitCode, result);
        Assert.StartsWith($"error: {reason}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(said, result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(rolling.Acts);
        Assert.Equal(reason, rolling.Outputs()["failure-reason"]);

        if (exitCode == 3)
        {
            Assert.Equal(seesTheCluster ? "4" : "0", rolling.Outputs()["nodes-total"]);
        }
    }
}
