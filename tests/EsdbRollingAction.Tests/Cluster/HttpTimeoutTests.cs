using System.Text;
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
    public async Task Gossip_is_waited_for_five_seconds()
    {
        var gossip = nodes.GossipAsync(node.Endpoint, cancel.Token);
        await node.TakeRequestAsync();

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(gossip.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("gave no answer within 5 s", (await gossip).Problem);
        Assert.Equal(0, node.RequestsNotTaken);
    }

    [Fact]
    public async Task Gossip_is_waited_for_as_long_as_the_connection_string_says()
    {
        using var told = Clients.Create(query: "tls=false&gossipTimeout=700", time: time);
        var gossip = told.GossipAsync(node.Endpoint, cancel.Token);
        await node.TakeRequestAsync();

        time.Advance(TimeSpan.FromSeconds(0.8));

        Assert.Equal("gave no answer within 0.7 s", (await gossip).Problem);
    }

    [Fact]
    public async Task A_node_that_did_not_answer_in_time_holds_the_next_look_for_a_second_only()
    {
        await LateAsync(nodes, node);
        var again = nodes.GossipAsync(node.Endpoint, cancel.Token);
        await node.TakeRequestAsync();

        time.Advance(TimeSpan.FromSeconds(1.1));

        Assert.Equal("gave no answer within 5 s", (await again).Problem);
    }

    [Fact]
    public async Task A_node_that_is_late_still_has_its_whole_time_and_is_not_asked_twice_at_once()
    {
        var answers = new TaskCompletionSource();
        var body = Encoding.UTF8.GetBytes(RawNode.Http("200 OK", Fixture.Text("eventstoredb-23.10.6/gossip-steady.json")));
        await using var slow = new RawNode(async (_, stream, token) =>
        {
            await answers.Task.WaitAsync(token);
            await stream.WriteAsync(body, token);
            return false;
        });
        await LateAsync(nodes, slow);
        for (var look = 0; look < 3; look++)
        {
            var waited = nodes.GossipAsync(slow.Endpoint, cancel.Token);
            time.Advance(TimeSpan.FromSeconds(1.1));
            Assert.Null((await waited).Answer);
        }

        var last = nodes.GossipAsync(slow.Endpoint, cancel.Token);
        answers.SetResult();

        Assert.Equal(4, (await last).Answer?.Members.Count);
        await slow.TakeRequestAsync();
        Assert.Equal(0, slow.RequestsNotTaken);
    }

    /// <summary>Asks once and lets the time run out.</summary>
    private async Task LateAsync(HttpClusterNodes asking, RawNode asked)
    {
        var first = asking.GossipAsync(asked.Endpoint, cancel.Token);
        await asked.TakeRequestAsync();
        time.Advance(TimeSpan.FromSeconds(5.1));
        Assert.Equal("gave no answer within 5 s", (await first).Problem);
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

        Assert.Equal("gave no answer within 3 s", (await Assert.ThrowsAsync<NodeUnreachableException>(() => options)).What);
        Assert.Equal(0, node.RequestsNotTaken);
    }

    [Fact]
    public async Task A_resignation_that_may_have_been_heard_is_not_sent_again()
    {
        var resign = nodes.ResignAsync(node.Endpoint, cancel.Token);
        await node.TakeRequestAsync();

        time.Advance(TimeSpan.FromSeconds(3.1));

        Assert.Equal("gave no answer within 3 s", (await Assert.ThrowsAsync<NodeUnreachableException>(() => resign)).What);
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

        time.Advance(TimeSpan.FromSeconds(5.1));

        Assert.Equal("gave no answer within 5 s", (await gossip).Problem);
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
