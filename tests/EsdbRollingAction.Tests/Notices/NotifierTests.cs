using System.Text.Json;
using EsdbRollingAction.Notices;
using EsdbRollingAction.Tests.Cluster;
using EsdbRollingAction.Tests.GitHub;
using WireMock;

namespace EsdbRollingAction.Tests.Notices;

public sealed class NotifierTests : IAsyncDisposable
{
    private const string Token = "a-token-that-nobody-may-see";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GivesUp = TimeSpan.FromSeconds(30);

    private readonly WatchedTime time = new();
    private readonly List<string> said = [];
    private readonly StubGitHub chat;
    private readonly Notifier notifier;
    private Func<IRequestMessage, StubAnswer> answer = _ => new StubAnswer(200, "ok");

    public NotifierTests()
    {
        chat = new StubGitHub(request => answer(request));
        notifier = To($"{chat.Address}/services/{Token}");
    }

    public async ValueTask DisposeAsync()
    {
        await notifier.DisposeAsync();
        chat.Dispose();
        Assert.DoesNotContain(said, line => line.Contains(Token, StringComparison.Ordinal) || line.Contains("127.0.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Notices_are_posted_in_order_as_json()
    {
        notifier.Send(Notice("a"));
        notifier.Send(Notice("b"));

        await notifier.EndAsync(Notice("c"), Limit);

        Assert.Equal(["POST a", "POST b", "POST c"], chat.Requests.Select(Said));
        Assert.All(chat.Requests, request => Assert.Equal($"/services/{Token}", request.Path));
        Assert.All(chat.Requests, request => Assert.Equal("application/json", Assert.Single(request.Headers!["Content-Type"])));
        Assert.Empty(said);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task What_may_pass_is_sent_once_more(int status)
    {
        answer = _ => new StubAnswer(chat.Requests.Count == 0 ? status : 200);
        notifier.Send(Notice("a"));
        await time.PassAsync(NoticeClient.Pause);

        await notifier.EndAsync(null, Limit);

        Assert.Equal(["POST a", "POST a"], chat.Requests.Select(Said));
        Assert.Empty(said);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(302)]
    [InlineData(307)]
    public async Task What_is_refused_or_redirected_is_not_sent_again_and_is_said_once(int status)
    {
        answer = _ => new StubAnswer(status, "", ("Location", $"{chat.Address}/elsewhere"));
        notifier.Send(Notice("a"));

        await notifier.EndAsync(Notice("b"), Limit);

        Assert.Equal(["POST a", "POST b"], chat.Requests.Select(Said));
        Assert.Equal(
            $"A notice could not be sent to the notify-url: it was answered HTTP {status}. The roll does not depend on it.",
            Assert.Single(said));
    }

    [Fact]
    public async Task Where_nobody_listens_it_is_said_once()
    {
        await using var nowhere = To($"http://127.0.0.1:9/{Token}");
        nowhere.Send(Notice("a"));
        await time.PassAsync(NoticeClient.Pause);

        var end = nowhere.EndAsync(Notice("b"), Limit);
        await time.PassAsync(NoticeClient.Pause);
        await end.WaitAsync(GivesUp, TestContext.Current.CancellationToken);

        Assert.Contains(": there is no connection. ", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_says_nothing_has_ten_seconds_and_the_next_notice_follows()
    {
        await using var silent = RawNode.Silent();
        await using var waiting = To($"http://{silent.Endpoint}/{Token}");
        waiting.Send(Notice("a"));
        waiting.Send(Notice("b"));
        await silent.TakeRequestAsync();
        Assert.Empty(said);

        time.Advance(NoticeClient.OneAttempt);
        await silent.TakeRequestAsync();

        Assert.Contains("there was no answer within 10 s", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_says_nothing_holds_the_end_of_the_run_for_its_limit_and_no_longer()
    {
        await using var silent = RawNode.Silent();
        await using var waiting = To($"http://{silent.Endpoint}/{Token}");
        waiting.Send(Notice("a"));
        waiting.Send(Notice("b"));
        await silent.TakeRequestAsync();

        var end = waiting.EndAsync(Notice("c"), Limit);
        time.Advance(Limit / 2);
        Assert.Contains("/", await silent.TakeRequestAsync(), StringComparison.Ordinal);
        Assert.False(end.IsCompleted);
        time.Advance(Limit / 2);

        await end.WaitAsync(GivesUp, TestContext.Current.CancellationToken);
        Assert.Contains("it was not answered before the run ended", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_last_notice_the_others_have_the_whole_limit()
    {
        await using var silent = RawNode.Silent();
        await using var waiting = To($"http://{silent.Endpoint}/{Token}");
        waiting.Send(Notice("a"));
        await silent.TakeRequestAsync();

        var end = waiting.EndAsync(null, Limit);
        time.Advance(Limit - TimeSpan.FromMilliseconds(1));
        Assert.False(end.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        await end.WaitAsync(GivesUp, TestContext.Current.CancellationToken);
    }

    private Notifier To(string address) => new(new NotifyUrl(new Uri(address)), said.Add, time);

    private static Notice Notice(string text) => new(NoticeEvent.Began, text, [("changed", "false")]);

    private static string Said(IRequestMessage request) =>
        $"{request.Method} {JsonDocument.Parse(request.Body!).RootElement.GetProperty("text").GetString()}";
}
