using EsdbRollingAction.Core;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction.Tests.GitHub;

public sealed class OidcTokenTests
{
    private readonly WatchedTime time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("?api-version=2.0", "?api-version=2.0&audience=sts.amazonaws.com")]
    [InlineData("", "?audience=sts.amazonaws.com")]
    public async Task The_audience_is_added_to_the_address_of_the_runner(string query, string asked)
    {
        using var github = new StubGitHub(_ => new StubAnswer(200, """{"count":1,"value":"a.b.c"}"""));
        using var oidc = new OidcToken(
            name => name == "ACTIONS_ID_TOKEN_REQUEST_URL" ? $"{github.Address}/token{query}" : github.Variables(name), time);

        Assert.Equal("a.b.c", (await oidc.TokenAsync("sts.amazonaws.com", Token)).Value);

        var request = Assert.Single(github.Requests);
        Assert.Equal(("GET", $"{github.Address}/token{asked}"), (request.Method, request.Url));
        Assert.Equal(["Bearer ghs_QXZsecret"], request.Headers!["Authorization"]);
        Assert.DoesNotContain("X-GitHub-Api-Version", request.Headers.Keys);
    }

    [Theory]
    [InlineData("ACTIONS_ID_TOKEN_REQUEST_URL")]
    [InlineData("ACTIONS_ID_TOKEN_REQUEST_TOKEN")]
    public async Task A_job_that_may_not_ask_is_told_which_permission_is_missing(string missing)
    {
        using var github = new StubGitHub(_ => new StubAnswer(200));
        using var oidc = new OidcToken(name => name == missing ? null : github.Variables(name), time);

        var error = await Assert.ThrowsAsync<RollingUpdateException>(() => oidc.TokenAsync("sts.amazonaws.com", Token));

        Assert.Equal(FailureReason.InvalidInput, error.Reason);
        Assert.Contains("`permissions: id-token: write`", error.Message, StringComparison.Ordinal);
        Assert.Empty(github.Requests);
    }

    [Theory]
    [InlineData(403, "", "answered HTTP 403")]
    [InlineData(200, "", "answered something that is not one")]
    [InlineData(200, "QXZ", "answered something that is not one")]
    [InlineData(200, """{"value":""}""", "answered something that is not one")]
    [InlineData(200, """{"value":7}""", "answered something that is not one")]
    public async Task An_answer_without_a_token_is_refused_without_repeating_it(int status, string body, string why)
    {
        using var github = new StubGitHub(_ => new StubAnswer(status, body));
        using var oidc = new OidcToken(github.Variables, time);

        var error = await Assert.ThrowsAsync<RollingUpdateException>(() => oidc.TokenAsync("sts.amazonaws.com", Token));

        Assert.Equal(FailureReason.PreflightRefused, error.Reason);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("QXZ", error.ToString(), StringComparison.Ordinal);
        Assert.Single(github.Requests);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_service_that_is_busy_is_asked_three_times_and_is_an_outage_then(int status)
    {
        using var github = new StubGitHub(_ => new StubAnswer(status));
        using var oidc = new OidcToken(github.Variables, time);
        var token = oidc.TokenAsync("sts.amazonaws.com", Token);

        await time.PassAsync(TimeSpan.FromSeconds(1));
        await time.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(FailureReason.AwsUnreachable, (await Assert.ThrowsAsync<RollingUpdateException>(() => token)).Reason);
        Assert.Equal(3, github.Requests.Count);
    }
}
