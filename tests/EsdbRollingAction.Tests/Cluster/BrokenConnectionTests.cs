using System.Net;
using System.Net.Sockets;
using System.Text;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Cluster;

public sealed class BrokenConnectionTests : IDisposable
{
    private readonly HttpClusterNodes nodes = Clients.Create();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => nodes.Dispose();

    [Fact]
    public async Task A_port_where_nobody_listens_refuses()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var node = new NodeEndpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        listener.Stop();

        Assert.Equal("refused the connection", await WhyUnreachableAsync(node));
        Assert.False(await nodes.IsLiveAsync(node, Token));
    }

    [Fact]
    public void A_name_that_does_not_exist_does_not_resolve() =>
        Assert.Equal("has a name that does not resolve", NoAnswer.Describe(new HttpRequestException(HttpRequestError.NameResolutionError)));

    [Fact]
    public async Task A_connection_that_closes_before_the_answer_is_no_answer()
    {
        await using var node = RawNode.Answering("");

        Assert.Equal("closed the connection before its answer was complete", await WhyUnreachableAsync(node.Endpoint));
    }

    [Fact]
    public async Task A_connection_that_closes_within_the_answer_is_no_answer()
    {
        await using var node = RawNode.Answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"members\":[");

        Assert.Equal("closed the connection before its answer was complete", await WhyUnreachableAsync(node.Endpoint));
    }

    [Fact]
    public async Task A_connection_that_is_reset_is_no_answer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var gossip = nodes.GossipAsync(new NodeEndpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), Token);
        using (var connection = await listener.AcceptSocketAsync(Token))
        {
            await connection.ReceiveAsync(new byte[1], Token);
            connection.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        Assert.Equal("reset the connection", (await gossip).Problem);
    }

    [Fact]
    public async Task What_is_not_HTTP_is_no_answer()
    {
        await using var node = RawNode.Answering("SSH-2.0-OpenSSH_9.6\r\n\r\n");

        Assert.Equal("answered something that is not HTTP", await WhyUnreachableAsync(node.Endpoint));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n{")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n{")]
    public async Task An_answer_that_announces_more_than_a_mebibyte_is_not_read(string head)
    {
        await using var node = RawNode.Answering(head);

        Assert.Equal("answered more than 1 MiB", await WhyUnreachableAsync(node.Endpoint));
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        await using var node = new RawNode(async (_, stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), token);
            var chunk = Encoding.ASCII.GetBytes("1000\r\n" + new string(' ', 0x1000) + "\r\n");
            while (true)
            {
                await stream.WriteAsync(chunk, token);
            }
        });

        Assert.Equal("answered more than 1 MiB", await WhyUnreachableAsync(node.Endpoint));
    }

    [Fact]
    public async Task Truncated_JSON_is_not_gossip()
    {
        var body = Fixture.Text("eventstoredb-23.10.6/gossip-steady.json");
        await using var node = RawNode.Answering(RawNode.Http("200 OK", body[..(body.Length / 2)]));

        Assert.StartsWith("answered something that is not gossip: {?  \"members\"", await WhyUnreachableAsync(node.Endpoint), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resignation_is_not_repeated_when_a_kept_alive_connection_closes_before_the_answer()
    {
        await using var node = new RawNode(async (request, stream, token) =>
        {
            if (request.StartsWith("POST", StringComparison.Ordinal))
            {
                return false;
            }

            await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), token);
            return true;
        });
        Assert.True(await nodes.IsLiveAsync(node.Endpoint, Token));
        Assert.StartsWith("GET /health/live", await node.TakeRequestAsync(), StringComparison.Ordinal);

        await Assert.ThrowsAsync<NodeUnreachableException>(() => nodes.ResignAsync(node.Endpoint, Token));

        Assert.StartsWith("POST /admin/node/resign", await node.TakeRequestAsync(), StringComparison.Ordinal);
        Assert.Equal(0, node.RequestsNotTaken);
    }

    private async Task<string?> WhyUnreachableAsync(NodeEndpoint node) => (await nodes.GossipAsync(node, Token)).Problem;
}
