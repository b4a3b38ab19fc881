using System.Text.Json;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction.Tests.GitHub;

public sealed class CheckRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_made_once_and_then_changed()
    {
        using var github = new StubGitHub(_ => new StubAnswer(201, """{"id":7}"""));
        var time = new WatchedTime();
        using var api = GitHubApi.Create(github.Context, time)!;
        var run = new CheckRun(api, github.Context, "orders", time);

        Assert.Equal(CheckRunSent.Yes, await run.SendAsync(new CheckRunOutput("1/4 nodes", "first"), null, Token));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(CheckRunSent.Yes, await run.SendAsync(new CheckRunOutput("4/4 nodes", "last"), CheckConclusion.Success, Token));

        Assert.Equal(["POST /repos/acme/databases/check-runs", "PATCH /repos/acme/databases/check-runs/7"],
            github.Requests.Select(request => $"{request.Method} {request.Path}"));
        AssertJson(
            """
            {"name":"esdb-rolling-update (orders)","head_sha":"0123456789abcdef","external_id":"42-3-roll",
             "details_url":"https://github.com/acme/databases/actions/runs/42","started_at":"2026-11-22T10:00:00+00:00",
             "status":"in_progress","output":{"title":"1/4 nodes","summary":"first"}}
            """,
            github.Requests[0].Body!);
        AssertJson(
            """
            {"status":"completed","conclusion":"success","completed_at":"2026-11-22T10:01:00+00:00",
             "output":{"title":"4/4 nodes","summary":"last"}}
            """,
            github.Requests[1].Body!);
        Assert.All(github.Requests, request => Assert.Equal(["Bearer ghs_QXZsecret"], request.Headers!["Authorization"]));
        Assert.All(github.Requests, request => Assert.Equal(["2022-11-28"], request.Headers!["X-GitHub-Api-Version"]));
    }

    [Theory]
    [InlineData("Success", "success")]
    [InlineData("Failure", "failure")]
    [InlineData("Cancelled", "cancelled")]
    public async Task Each_conclusion_has_GitHubs_name(string conclusion, string name)
    {
        using var github = new StubGitHub(_ => new StubAnswer(201, """{"id":7}"""));
        using var api = GitHubApi.Create(github.Context, TimeProvider.System)!;

        await new CheckRun(api, github.Context, "orders", TimeProvider.System)
            .SendAsync(new CheckRunOutput("t", "s"), Enum.Parse<CheckConclusion>(conclusion), Token);

        Assert.Equal(name, JsonDocument.Parse(github.Requests[0].Body!).RootElement.GetProperty("conclusion").GetString());
    }

    [Theory]
    [InlineData(403, "Refused", "`permissions: checks: write`")]
    [InlineData(404, "Refused", "`permissions: checks: write`")]
    [InlineData(401, "Refused", "HTTP 401")]
    [InlineData(422, "Refused", "HTTP 422")]
    [InlineData(429, "NotNow", "HTTP 429")]
    [InlineData(500, "NotNow", "HTTP 500")]
    [InlineData(201, "Refused", "")]
    public async Task An_answer_that_shows_nothing_says_why(int status, string sent, string why)
    {
        using var github = new StubGitHub(_ => new StubAnswer(status, "{}"));
        using var api = GitHubApi.Create(github.Context, TimeProvider.System)!;
        var run = new CheckRun(api, github.Context, "orders", TimeProvider.System);

        Assert.Equal(Enum.Parse<CheckRunSent>(sent), await run.SendAsync(new CheckRunOutput("t", "s"), null, Token));

        Assert.Contains(why, run.Problem, StringComparison.Ordinal);
        Assert.Single(github.Requests);
    }

    [Fact]
    public async Task An_answer_that_is_not_JSON_shows_nothing_and_ends_nothing()
    {
        using var github = new StubGitHub(_ => new StubAnswer(201, "oops"));
        using var api = GitHubApi.Create(github.Context, TimeProvider.System)!;
        var run = new CheckRun(api, github.Context, "orders", TimeProvider.System);

        Assert.Equal(CheckRunSent.Refused, await run.SendAsync(new CheckRunOutput("t", "s"), null, Token));
        Assert.NotEmpty(run.Problem);
    }

    private static void AssertJson(string expected, string actual) =>
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(actual).RootElement), actual);
}
