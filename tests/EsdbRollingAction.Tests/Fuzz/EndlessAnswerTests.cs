using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.GitHub;
using EsdbRollingAction.Tests.Cluster;
using EsdbRollingAction.Tests.Ec2;

namespace EsdbRollingAction.Tests.Fuzz;

/// <summary>An answer that does not end is cut off, long before it fills the memory.</summary>
public sealed class EndlessAnswerTests : IAsyncDisposable
{
    private const long MuchLongerThanIsRead = 100 * 1024 * 1024;
    private long sent;
    private readonly RawNode endless;

    public EndlessAnswerTests() => endless = new RawNode(async (_, stream, token) =>
    {
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000000000\r\n\r\n<a><b>"u8.ToArray(), token);
        var piece = new byte[64 * 1024];
        piece.AsSpan().Fill((byte)'x');
        try
        {
            while (sent < MuchLongerThanIsRead)
            {
                await stream.WriteAsync(piece, token);
                sent += piece.Length;
            }
        }
        catch (IOException)
        {
            // The reader has had enough.
        }

        return false;
    });

    public ValueTask DisposeAsync() => endless.DisposeAsync();

    [Fact]
    public async Task A_gossip_of_a_gigabyte_is_cut_off()
    {
        using var nodes = Clients.Create();

        Assert.NotNull((await nodes.GossipAsync(endless.Endpoint, TestContext.Current.CancellationToken)).Problem);

        Assert.InRange(sent, 0, MuchLongerThanIsRead - 1);
    }

    [Fact]
    public async Task An_answer_of_a_gigabyte_in_the_place_of_ec2_s_is_cut_off()
    {
        using var ec2 = new StubEc2(configuration => configuration.ServiceURL = $"http://{endless.Endpoint}");

        var refusal = await Assert.ThrowsAsync<InstanceException>(() => ec2.Instances.FindAsync([], TestContext.Current.CancellationToken));

        Assert.Equal(InstanceErrorKind.Transient, refusal.Kind);
        Assert.InRange(sent, 0, MuchLongerThanIsRead - 1);
    }

    [Fact]
    public async Task An_answer_of_a_gigabyte_in_the_place_of_github_s_is_cut_off()
    {
        using var http = new BearerHttp(TimeProvider.System);

        await Assert.ThrowsAsync<NoAnswerException>(() => http.SendAsync(
            new BearerRequest(HttpMethod.Get, new Uri($"http://{endless.Endpoint}/"), "token", "application/json"), TestContext.Current.CancellationToken));

        Assert.InRange(sent, 0, MuchLongerThanIsRead - 1);
    }
}
