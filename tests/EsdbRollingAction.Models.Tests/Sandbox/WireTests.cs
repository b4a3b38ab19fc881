using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>What goes over the wire is what the captures hold.</summary>
public sealed class WireTests
{
    private static readonly string[] MembersFields =
    [
        "instanceId", "timeStamp", "state", "isAlive", "internalTcpIp", "internalTcpPort", "internalSecureTcpPort", "externalTcpIp",
        "externalTcpPort", "externalSecureTcpPort", "httpEndPointIp", "httpEndPointPort", "lastCommitPosition", "writerCheckpoint",
        "chaserCheckpoint", "epochPosition", "epochNumber", "epochId", "nodePriority", "isReadOnlyReplica", "esVersion",
    ];

    private readonly CancellationToken cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gossip_has_the_fields_of_the_captures()
    {
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync();
        using var http = new HttpClient { BaseAddress = sandbox.NodeUrls[1] };

        using var gossip = JsonDocument.Parse(await http.GetStringAsync(new Uri("/gossip", UriKind.Relative), cancelled));

        Assert.Equal(["members", "serverIp", "serverPort"], gossip.RootElement.EnumerateObject().Select(field => field.Name));
        var member = gossip.RootElement.GetProperty("members")[1];
        Assert.Equal(MembersFields, member.EnumerateObject().Select(field => field.Name));
        Assert.Equal("Leader", member.GetProperty("state").GetString());
        Assert.True(member.GetProperty("isAlive").GetBoolean());
    }

    [Fact]
    public async Task Administration_answers_as_a_secured_cluster_does()
    {
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync(new SandboxOptions { Secured = true });
        using var http = new HttpClient { BaseAddress = sandbox.NodeUrls[0] };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, HttpMethod.Get, "/gossip"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, HttpMethod.Get, "/gossip", "admin:nope"));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(http, HttpMethod.Get, "/health/live", "admin:nope"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, HttpMethod.Get, "/info"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, HttpMethod.Get, "/info/options"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, HttpMethod.Get, "/info/options", "ops:changeit"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, HttpMethod.Post, "/admin/node/resign", "admin:nope"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, HttpMethod.Post, "/admin/node/resign", "admin:changeit"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(http, HttpMethod.Post, "/admin/node/priority/abc", "admin:changeit"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, HttpMethod.Post, "/admin/node/priority/-1", "admin:changeit"));
        Assert.Equal(-1, sandbox.Cluster.Truth("test-node")?.NodePriority);
        Assert.Contains(sandbox.Requests.Entries, request => request is { What: "/admin/node/priority/-1", Status: 200, Target: "test-node" });
    }

    [Fact]
    public async Task Gossip_is_not_for_browsers()
    {
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync();
        using var http = new HttpClient { BaseAddress = sandbox.NodeUrls[0] };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));

        Assert.Equal(HttpStatusCode.NotAcceptable, await StatusAsync(http, HttpMethod.Get, "/gossip"));
    }

    [Fact]
    public async Task A_process_that_is_down_cuts_the_connection()
    {
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync();
        using var http = new HttpClient { BaseAddress = sandbox.NodeUrls[0] };
        sandbox.Cluster.Crash("test-node", restartAfterSeconds: 1000);

        await Assert.ThrowsAsync<HttpRequestException>(() => StatusAsync(http, HttpMethod.Get, "/health/live"));
    }

    [Fact]
    public async Task Nodes_speak_https_with_a_certificate_of_their_own_authority()
    {
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync(new SandboxOptions { Tls = true });
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(sandbox.CertificateAuthorityFile!);
        using var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } };
        using var trusting = new HttpClient(handler) { BaseAddress = sandbox.NodeUrls[0] };
        using var untrusting = new HttpClient { BaseAddress = sandbox.NodeUrls[0] };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(trusting, HttpMethod.Get, "/gossip"));
        await Assert.ThrowsAsync<HttpRequestException>(() => StatusAsync(untrusting, HttpMethod.Get, "/gossip"));
    }

    [Fact]
    public async Task The_aws_sdk_pages_filters_and_understands_refusals()
    {
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync();
        using var ec2 = new AmazonEC2Client(
            new BasicAWSCredentials("any", "any"),
            new AmazonEC2Config { ServiceURL = sandbox.Ec2Url.ToString(), AuthenticationRegion = "eu-west-1" });

        var page = await ec2.DescribeInstancesAsync(new DescribeInstancesRequest { MaxResults = 3 }, cancelled);
        var rest = await ec2.DescribeInstancesAsync(new DescribeInstancesRequest { MaxResults = 3, NextToken = page.NextToken }, cancelled);
        Assert.Equal((3, 1), (page.Reservations.Count, rest.Reservations.Count));

        var named = await ec2.DescribeInstancesAsync(new DescribeInstancesRequest { Filters = [new Filter("tag:Name", ["*readonly"])] }, cancelled);
        var instance = named.Reservations.Single().Instances.Single();
        Assert.Equal((sandbox.NodeUrls[3].Host, "t2.large", "test-node4readonly"), (instance.PrivateIpAddress, instance.InstanceType.Value, instance.Tags.Single().Value));

        await RefusedAsync("InvalidInstanceType", () => ec2.DescribeInstanceTypesAsync(new DescribeInstanceTypesRequest { InstanceTypes = ["t9.huge"] }, cancelled));
        await RefusedAsync("InvalidInstanceID.NotFound", () => ec2.StopInstancesAsync(new StopInstancesRequest(["i-00000000000000000"]), cancelled));
        await RefusedAsync("DryRunOperation", () => ec2.StopInstancesAsync(new StopInstancesRequest([instance.InstanceId]) { DryRun = true }, cancelled));
        await RefusedAsync("IncorrectInstanceState", () => ec2.ModifyInstanceAttributeAsync(
            new ModifyInstanceAttributeRequest { InstanceId = instance.InstanceId, InstanceType = "t2.xlarge" }, cancelled));
        Assert.All(sandbox.Ec2.Truth, each => Assert.Equal(Ec2State.Running, each.State));
    }

    private static async Task RefusedAsync(string code, Func<Task> request) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<AmazonEC2Exception>(request)).ErrorCode);

    private async Task<HttpStatusCode> StatusAsync(HttpClient http, HttpMethod method, string path, string? credentials = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (credentials is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        }

        using var answer = await http.SendAsync(request, cancelled);
        return answer.StatusCode;
    }
}
