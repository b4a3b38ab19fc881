using EsdbRollingAction.Core.Cluster;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Cluster;

public sealed class HttpTimeoutTests : IAsyncDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly RawNode node = RawNode.Silent();
    private readonly HttpClusterNodes nodes;
    private readonly CancellationTokenSource cancel = new();

    public HttpTimeoutTests() => nodes = Clients.Create(time: time);

    public async ValueTask DisposeAsync()
    {
        nodes.Dispose();
        cancel.Dispose();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Gossip_is_waited_for_two_seconds()
    {
        var gossip = nodes.GossipAsync(node.Endpoint, cancel.Token);
        await node.TakeRequestAsync();

        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(gossip.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("no answer within 2 s", (await gossip).Problem);
        Assert.Equal(0, node.RequestsNotTaken);
    }

    [Fact]
    public async Task Health_that_does_not_answer_within_two_seconds_is_not_live()
    {
        var live = nodes.IsLiveAsync(node.Endpoint, cancel.Token);
        await node.TakeRequestAsync();

        time.Advance(TimeSpan.FromSeconds(2.1));

        Assert.False(await live);
    }

    [Fact]
    public async Task Options_are_asked_for_three_times_for_three_seconds_each()
    {
        var options = nodes.OptionsAsync(node.Endpoint, cancel.Token);

        for (var attempt = 0; attempt < 3; attempt++)
        {
            await node.TakeRequestAsync();
            time.Advance(TimeSpan.FromSeconds(2.9));
            Assert.False(options.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(0.2));
        }

        Assert.Equal("no answer within 3 s", (await Assert.ThrowsAsync<NodeUnreachableException>(() => options)).What);
        Assert.Equal(0, node.RequestsNotTaken);
    }

    [Fact]
    public async Task A_resignation_that_may_have_been_heard_is_not_sent_again()
    {
        var resign = nodes.ResignAsync(node.Endpoint, cancel.Token);
        await node.TakeRequestAsync();

        time.Advance(TimeSpan.FromSeconds(3.1));

        Assert.Equal("no answer within 3 s", (await Assert.ThrowsAsync<NodeUnreachableException>(() => resign)).What);
        Assert.Equal(0, node.RequestsNotTaken);
    }

    [Fact]
    public async Task An_answer_that_begins_and_never_ends_is_cut_off_too()
    {
        await using var endless = new RawNode(async (_, stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray(), token);
            await Task.Delay(Timeout.Infinite, token);
            return false;
        });
        var gossip = nodes.GossipAsync(endless.Endpoint, cancel.Token);
        await endless.TakeRequestAsync();

        time.Advance(TimeSpan.FromSeconds(2.1));

        Assert.Equal("no answer within 2 s", (await gossip).Problem);
    }

    [Fact]
    public async Task Cancelling_is_not_an_unreachable_node()
    {
        Func<Task>[] acts =
        [
            () => nodes.GossipAsync(node.Endpoint, cancel.Token),
            () => nodes.IsLiveAsync(node.Endpoint, cancel.Token),
            () => nodes.OptionsAsync(node.Endpoint, cancel.Token),
            () => nodes.SetPriorityAsync(node.Endpoint, 1, cancel.Token),
            () => nodes.ResignAsync(node.Endpoint, cancel.Token),
        ];
        var running = acts.Select(act => act()).ToList();
        foreach (var _ in running)
        {
            await node.TakeRequestAsync();
        }

        await cancel.CancelAsync();

        foreach (var act in running)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => act);
        }
    }
}
