using System.Text.Json;
using EsdbRollingAction.GitHub;
using EsdbRollingAction.Tests.Cluster;
using WireMock;

namespace EsdbRollingAction.Tests.GitHub;

public sealed class LiveProgressTests : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly WatchedTime time = new();
    private readonly List<string> notices = [];
    private readonly StubGitHub github;
    private readonly LiveProgress progress;
    private Func<IRequestMessage, StubAnswer> answer = _ => new StubAnswer(201, """{"id":7}""");

    public LiveProgressTests()
    {
        github = new StubGitHub(request => answer(request));
        progress = LiveProgress.Start(github.Context, "orders", notices.Add, time)!;
    }

    public async ValueTask DisposeAsync()
    {
        await progress.DisposeAsync();
        github.Dispose();
    }

    [Fact]
    public async Task The_newest_text_is_sent_at_most_every_fifteen_seconds()
    {
        progress.Show(new CheckRunOutput("a", ""));
        Assert.Equal("POST a", Said(await github.TakeRequestAsync()));
        await time.UntilSomebodyWaitsAsync(Pause);
        progress.Show(new CheckRunOutput("b", ""));
        progress.Show(new CheckRunOutput("c", ""));
        time.Advance(Pause - TimeSpan.FromMilliseconds(1));
        progress.Show(new CheckRunOutput("d", ""));
        Assert.Single(github.Requests);

        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("PATCH d", Said(await github.TakeRequestAsync()));
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent()
    {
        progress.Show(new CheckRunOutput("a", "s"));
        await github.TakeRequestAsync();
        await time.UntilSomebodyWaitsAsync(Pause);
        progress.Show(new CheckRunOutput("a", "s"));
        time.Advance(Pause);
        progress.Show(new CheckRunOutput("a", "s"));
        progress.Show(new CheckRunOutput("a", "other"));

        Assert.Equal("PATCH a", Said(await github.TakeRequestAsync()));
        Assert.Equal(2, github.Requests.Count);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_token_that_may_not_write_is_said_once_and_nothing_more_is_tried(int status)
    {
        answer = _ => new StubAnswer(status);
        progress.Show(new CheckRunOutput("a", ""));
        await github.TakeRequestAsync();
        progress.Show(new CheckRunOutput("b", ""));

        await progress.EndAsync(CheckConclusion.Success, new CheckRunOutput("end", ""), Patience);

        Assert.Single(github.Requests);
        Assert.Contains("`permissions: checks: write`", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_GitHub_could_not_take_is_sent_at_the_next_tick()
    {
        answer = _ => new StubAnswer(503);
        progress.Show(new CheckRunOutput("a", ""));
        Assert.Equal("POST a", Said(await github.TakeRequestAsync()));
        await time.UntilSomebodyWaitsAsync(Pause);
        answer = _ => new StubAnswer(201, """{"id":7}""");

        time.Advance(Pause);

        Assert.Equal("POST a", Said(await github.TakeRequestAsync()));
        Assert.Empty(notices);
    }

    [Fact]
    public async Task The_end_is_sent_at_once_and_is_the_last()
    {
        progress.Show(new CheckRunOutput("a", ""));
        await github.TakeRequestAsync();
        await time.UntilSomebodyWaitsAsync(Pause);
        progress.Show(new CheckRunOutput("b", ""));

        await progress.EndAsync(CheckConclusion.Failure, new CheckRunOutput("end", ""), Patience);
        progress.Show(new CheckRunOutput("c", ""));

        Assert.Equal(["POST a", "PATCH end"], github.Requests.Select(Said));
        Assert.Contains("\"conclusion\":\"failure\"", github.Requests[1].Body!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_before_anything_was_shown_is_shown_too()
    {
        await progress.EndAsync(CheckConclusion.Cancelled, new CheckRunOutput("end", ""), Patience);

        Assert.Equal("POST end", Said(Assert.Single(github.Requests)));
    }

    [Fact]
    public async Task The_end_is_tried_again_for_as_long_as_there_is_patience()
    {
        answer = _ => new StubAnswer(500);
        var end = progress.EndAsync(CheckConclusion.Success, new CheckRunOutput("end", ""), TimeSpan.FromSeconds(2));

        await time.PassAsync(TimeSpan.FromSeconds(1));
        await github.TakeRequestAsync();
        await github.TakeRequestAsync();
        await time.PassAsync(TimeSpan.FromSeconds(1));
        await end;

        Assert.InRange(github.Requests.Count, 2, 3);
        Assert.Contains("HTTP 500", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_GitHub_that_says_nothing_holds_nobody_longer_than_the_patience()
    {
        await using var silent = RawNode.Silent();
        await using var waiting = LiveProgress.Start(
            github.Context with { ApiUrl = new Uri($"http://{silent.Endpoint}") }, "orders", notices.Add, time)!;
        waiting.Show(new CheckRunOutput("a", ""));
        await silent.TakeRequestAsync();

        var end = waiting.EndAsync(CheckConclusion.Success, new CheckRunOutput("end", ""), Patience);
        time.Advance(Patience / 2);
        await silent.TakeRequestAsync();
        Assert.False(end.IsCompleted);
        time.Advance(Patience / 2);

        await end;
        Assert.Contains("GitHub did not answer in time", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_of_GitHub_or_without_a_token_nothing_is_shown()
    {
        var here = github.Context;
        GitHubContext[] nobodyLooks = [here with { Token = null }, here with { IsActions = false }, here with { Sha = null }];

        Assert.All(nobodyLooks, context => Assert.Null(LiveProgress.Start(context, "orders", notices.Add, time)));
    }

    private static string Said(IRequestMessage request) =>
        $"{request.Method} {JsonDocument.Parse(request.Body!).RootElement.GetProperty("output").GetProperty("title").GetString()}";
}
