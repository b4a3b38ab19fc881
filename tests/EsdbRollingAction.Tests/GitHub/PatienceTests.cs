using System.Globalization;
using EsdbRollingAction.GitHub;
using EsdbRollingAction.Tests.Cluster;

namespace EsdbRollingAction.Tests.GitHub;

/// <summary>How long GitHub is waited for, in virtual time.</summary>
public sealed class PatienceTests : IDisposable
{
    private readonly WatchedTime time = new();
    private readonly StubGitHub github;
    private Func<StubAnswer> answer = () => new StubAnswer(200, StateArtifactsTests.Page());

    public PatienceTests() => github = new StubGitHub(_ => answer());

    public void Dispose() => github.Dispose();

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task What_may_pass_is_asked_three_times(int status)
    {
        answer = () => new StubAnswer(status);
        var lookup = StateArtifactsTests.FindAsync(github, time);

        await time.PassAsync(TimeSpan.FromSeconds(1));
        await time.PassAsync(TimeSpan.FromSeconds(2));

        StateArtifactsTests.AssertNothing(string.Create(CultureInfo.InvariantCulture, $"GitHub answered HTTP {status}"), await lookup);
        Assert.Equal(3, github.Requests.Count);
    }

    [Theory]
    [InlineData("x-ratelimit-remaining", "0", 5)]
    [InlineData("Retry-After", "2", 2)]
    public async Task A_rate_limit_is_told_from_a_permission_that_is_missing(string header, string value, int pause)
    {
        var reset = new DateTimeOffset(2026, 11, 28, 9, 40, 0, TimeSpan.Zero);
        answer = () => new StubAnswer(403, "", (header, value), ("x-ratelimit-reset", $"{reset.ToUnixTimeSeconds()}"));
        var lookup = StateArtifactsTests.FindAsync(github, time);

        await time.PassAsync(TimeSpan.FromSeconds(pause));
        await time.PassAsync(TimeSpan.FromSeconds(pause));

        var until = value == "0" ? "09:40:00Z" : $"{time.GetUtcNow() + TimeSpan.FromSeconds(2):HH:mm:ss}Z";
        StateArtifactsTests.AssertNothing(
            $"the rate limit of the github-token is used up until {until} (GitHub answered HTTP 403", await lookup);
        Assert.DoesNotContain("permissions", (await lookup).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("99999999999999999")]
    [InlineData("-5")]
    public async Task A_reset_that_is_no_time_is_left_out(string reset)
    {
        answer = () => new StubAnswer(403, "", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset));
        var lookup = StateArtifactsTests.FindAsync(github, time);

        await time.PassAsync(BearerLimits.LongestPause);
        await time.PassAsync(BearerLimits.LongestPause);

        StateArtifactsTests.AssertNothing("is used up (GitHub answered HTTP 403", await lookup);
    }

    [Fact]
    public async Task What_has_passed_is_used()
    {
        var answers = 0;
        answer = () => answers++ == 0 ? new StubAnswer(502) : new StubAnswer(200, StateArtifactsTests.Page());
        var lookup = StateArtifactsTests.FindAsync(github, time);

        await time.PassAsync(TimeSpan.FromSeconds(1));

        StateArtifactsTests.AssertNothing("run 42 has none", await lookup);
    }

    [Theory]
    [InlineData(429, "Retry-After", "3", 3)]
    [InlineData(403, "Retry-After", "3", 3)]
    [InlineData(503, "Retry-After", "3600", 5)]
    [InlineData(503, "Retry-After", "Sun, 22 Nov 2026 10:00:04 GMT", 4)]
    [InlineData(403, "x-ratelimit-remaining", "0", 5)]
    public async Task A_pause_that_is_asked_for_is_made_within_limits(int status, string header, string value, int seconds)
    {
        var answers = 0;
        answer = () =>
            answers++ == 0 ? new StubAnswer(status, "", (header, value)) : new StubAnswer(200, StateArtifactsTests.Page());
        var lookup = StateArtifactsTests.FindAsync(github, time);

        await time.PassAsync(TimeSpan.FromSeconds(seconds));

        StateArtifactsTests.AssertNothing("run 42 has none", await lookup);
        Assert.Equal(2, github.Requests.Count);
    }

    [Fact]
    public async Task A_GitHub_that_says_nothing_is_left_after_thirty_seconds()
    {
        await using var silent = RawNode.Silent();
        using var api = GitHubApi.Create(github.Context with { ApiUrl = new Uri($"http://{silent.Endpoint}") }, time);
        var lookup = new StateArtifacts(api).FindNewestAsync("orders", 42, TestContext.Current.CancellationToken);

        await silent.TakeRequestAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        await time.PassAsync(TimeSpan.FromSeconds(1));
        await silent.TakeRequestAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        await time.PassAsync(TimeSpan.FromSeconds(2));
        await silent.TakeRequestAsync();
        Assert.False(lookup.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(7));

        StateArtifactsTests.AssertNothing("within 30 s", await lookup);
    }

    [Fact]
    public async Task The_callers_cancellation_stays_a_cancellation()
    {
        await using var silent = RawNode.Silent();
        using var api = GitHubApi.Create(github.Context with { ApiUrl = new Uri($"http://{silent.Endpoint}") }, time);
        using var cancel = new CancellationTokenSource();
        var lookup = new StateArtifacts(api).FindNewestAsync("orders", 42, cancel.Token);
        await silent.TakeRequestAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookup);
    }
}
