using System.Text.Json;
using EsdbRollingAction.GitHub;
using WireMock;

namespace EsdbRollingAction.Tests.GitHub;

public sealed class ProgressTroubleTests : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly WatchedTime time = new();
    private readonly List<string> notices = [];
    private readonly StubGitHub github;
    private readonly LiveProgress progress;
    private Func<IRequestMessage, StubAnswer> answer = _ => new StubAnswer(201, """{"id":7}""");

    public ProgressTroubleTests()
    {
        github = new StubGitHub(request => answer(request));
        progress = LiveProgress.Start(github.Context, "orders", notices.Add, time)!;
    }

    public async ValueTask DisposeAsync()
    {
        await progress.DisposeAsync();
        github.Dispose();
    }

    [Theory]
    [InlineData(401)]
    [InlineData(422)]
    public async Task A_check_run_that_was_made_is_ended_even_if_a_change_of_it_was_refused(int status)
    {
        progress.Show(new CheckRunOutput("a", ""));
        await github.TakeRequestAsync();
        await time.UntilSomebodyWaitsAsync(Pause);
        answer = _ => new StubAnswer(status);
        progress.Show(new CheckRunOutput("b", ""));
        time.Advance(Pause);
        await github.TakeRequestAsync();
        answer = _ => new StubAnswer(200, """{"id":7}""");

        await progress.EndAsync(CheckConclusion.Success, new CheckRunOutput("end", ""), Patience);

        Assert.Equal(["POST a", "PATCH b", "PATCH end"], github.Requests.Select(Said));
        Assert.Contains($"HTTP {status}", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rate_limit_is_told_from_a_permission_that_is_missing()
    {
        answer = _ => new StubAnswer(403, "", ("x-ratelimit-remaining", "0"));

        progress.Show(new CheckRunOutput("a", ""));
        await github.TakeRequestAsync();
        await time.UntilSomebodyWaitsAsync(Pause);
        await progress.EndAsync(CheckConclusion.Success, new CheckRunOutput("end", ""), TimeSpan.Zero);

        Assert.Contains(
            "the rate limit of the github-token is used up (GitHub answered HTTP 403 when it was asked for the check run)", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_GitHub_that_is_not_reached_is_said_once()
    {
        await using var unreachable = LiveProgress.Start(
            github.Context with { ApiUrl = new Uri("http://127.0.0.1:9") }, "orders", notices.Add, time)!;
        unreachable.Show(new CheckRunOutput("a", ""));
        await time.UntilSomebodyWaitsAsync(Pause);

        Assert.Contains("until GitHub can be reached", Assert.Single(notices), StringComparison.Ordinal);
        time.Advance(Pause);
        await time.UntilSomebodyWaitsAsync(Pause);
        Assert.Single(notices);
    }

    private static string Said(IRequestMessage request) =>
        $"{request.Method} {JsonDocument.Parse(request.Body!).RootElement.GetProperty("output").GetProperty("title").GetString()}";
}
