using System.Text.Json;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using EsdbRollingAction.Sandbox;
using RunningSandbox = EsdbRollingAction.Sandbox.Sandbox;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>Versions as servers tell them: each in its own way.</summary>
public sealed class ServerVersionWireTests
{
    private readonly CancellationToken cancelled = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("22.10.5", null, false, "22.10.5.0", null)]
    [InlineData("23.10.8", "23.10.8.0", false, "23.10.8.0", null)]
    [InlineData("24.10.4", "24.10.4", true, "24.10.4", null)]
    [InlineData("26.1.0-prerelease", "26.1.0-prerelease", true, "26.1.0-prerelease", "26.1.0-prerelease")]
    public async Task A_server_tells_its_version_where_servers_of_it_do(
        string version, string? inGossip, bool tellsInternalHttp, string esVersion, string? dbVersion)
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { ServerVersion = version });
        using var gossip = await GetAsync(sandbox, "/gossip");
        using var info = await GetAsync(sandbox, "/info");

        Assert.All(gossip.RootElement.GetProperty("members").EnumerateArray(), member =>
        {
            Assert.Equal(inGossip, Text(member, "esVersion"));
            Assert.Equal(tellsInternalHttp, member.TryGetProperty("internalHttpEndPointPort", out _));
        });
        Assert.Equal((esVersion, dbVersion), (Text(info.RootElement, "esVersion"), Text(info.RootElement, "dbVersion")));
    }

    [Fact]
    public async Task A_newer_server_has_a_word_of_its_own_for_one_that_tells_nothing()
    {
        var options = new SandboxOptions { ServerVersion = "22.10.5" };
        await using var sandbox = await RunningSandbox.StartAsync(options with
        {
            Nodes = [options.Nodes[0] with { ServerVersion = "23.10.8" }, .. options.Nodes.Skip(1)],
        });
        using var gossip = await GetAsync(sandbox, "/gossip");
        using var old = await GetAsync(sandbox, "/gossip", node: 1);

        Assert.Equal(
            ["23.10.8.0", "old_version", "old_version", "old_version"],
            gossip.RootElement.GetProperty("members").EnumerateArray().Select(member => Text(member, "esVersion")));
        Assert.All(old.RootElement.GetProperty("members").EnumerateArray(), member => Assert.Null(Text(member, "esVersion")));
    }

    [Fact]
    public async Task What_the_sdk_has_installed_is_what_the_node_tells_afterwards()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { TimeScale = 40, ServerVersion = "23.10.8" });
        using var ssm = new AmazonSimpleSystemsManagementClient(
            new BasicAWSCredentials("any", "any"),
            new AmazonSimpleSystemsManagementConfig { ServiceURL = sandbox.SsmUrl.ToString(), AuthenticationRegion = "eu-west-1" });
        await ssm.SendCommandAsync(
            new SendCommandRequest("esdb-upgrade", [sandbox.Ec2.Truth[0].Id])
            {
                Parameters = new Dictionary<string, List<string>> { ["Version"] = ["24.10.4"] },
            },
            cancelled);
        for (var looks = 0; sandbox.Cluster.Truth("test-node")?.EsVersion != "24.10.4"; looks++)
        {
            Assert.True(looks < 500, "It did not happen in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancelled);
        }

        using var info = await GetAsync(sandbox, "/info");
        using var gossip = await GetAsync(sandbox, "/gossip");
        Assert.Equal("24.10.4", Text(info.RootElement, "esVersion"));
        Assert.Equal("24.10.4", Text(gossip.RootElement.GetProperty("members")[0], "esVersion"));
    }

    [Fact]
    public async Task Options_that_a_test_wants_are_listed_with_the_usual_ones()
    {
        var more = new Dictionary<string, string> { ["PrepareCount"] = "2", ["EnableTrace"] = "True" };
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { ServerOptions = more });
        using var listed = await GetAsync(sandbox, "/info/options");

        Assert.Equal(
            [
                ("ClusterSize", "3"), ("NodePriority", "0"), ("ReadOnlyReplica", "False"), ("PrepareCount", "2"), ("EnableTrace", "True"),
            ],
            listed.RootElement.EnumerateArray().Select(option => (Text(option, "name"), Text(option, "value"))));
    }

    [Theory]
    [InlineData("23.10.8", """{"Version":["23.10.8"]}""")]
    [InlineData(null, null)]
    public async Task The_program_is_told_what_to_roll(string? rollback, string? parameters)
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { Upgrade = new UpgradeOptions("24.10.4", rollback) });
        var told = sandbox.ProgramEnvironment;

        Assert.Equal(("ServerVersionUpdate", "24.10.4"), (told["INPUT_UPDATE_STRATEGY"], told["INPUT_TARGET_SERVER_VERSION"]));
        Assert.Equal(("esdb-upgrade", """{"Version":["24.10.4"]}"""), (told["INPUT_SSM_DOCUMENT"], told["INPUT_SSM_PARAMETERS"]));
        Assert.Equal(parameters, told.GetValueOrDefault("INPUT_SSM_ROLLBACK_PARAMETERS"));
        Assert.DoesNotContain("INPUT_REBOOT_AFTER", told.Keys);
        Assert.DoesNotContain("INPUT_TARGET_INSTANCE_TYPE", told.Keys);
    }

    private static string? Text(JsonElement element, string field) =>
        element.TryGetProperty(field, out var value) ? value.GetString() : null;

    private async Task<JsonDocument> GetAsync(RunningSandbox sandbox, string path, int node = 0)
    {
        using var http = new HttpClient { BaseAddress = sandbox.NodeUrls[node] };
        return JsonDocument.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative), cancelled));
    }
}
