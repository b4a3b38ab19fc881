using EsdbRollingAction.Core;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class SessionSourceTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private readonly StubSts sts = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => sts.Dispose();

    [Fact]
    public async Task STS_is_shown_a_token_and_asked_for_an_hour()
    {
        sts.Accept("AKID1", time.GetUtcNow().AddHours(1));

        var session = await sts.Source(time).NewAsync(Token);

        Assert.Equal(("AKID1", "QXZsecret", "QXZsession"), (session.Keys.AccessKey, session.Keys.SecretKey, session.Keys.Token));
        Assert.Equal(time.GetUtcNow().AddHours(1), session.ExpiresAt);
        Assert.Equal(time.GetUtcNow().AddMinutes(50), session.RenewAt);
        var request = Assert.Single(sts.Requests);
        Assert.Equal("AssumeRoleWithWebIdentity", request["Action"]);
        Assert.Equal(StubSts.Role, request["RoleArn"]);
        Assert.Equal("esdb-rolling-update-42", request["RoleSessionName"]);
        Assert.Equal("3600", request["DurationSeconds"]);
        Assert.Equal(sts.Token, request["WebIdentityToken"]);
        Assert.True(sts.IsAnonymous);
    }

    [Fact]
    public async Task Each_session_is_asked_for_with_a_fresh_token()
    {
        sts.Accept("AKID1", time.GetUtcNow().AddHours(1));
        var source = sts.Source(time);

        await source.NewAsync(Token);
        await source.NewAsync(Token);

        Assert.Equal(2, sts.Requests.Select(request => request["WebIdentityToken"]).Distinct().Count());
    }

    [Fact]
    public async Task In_China_the_token_is_for_the_STS_there()
    {
        sts.Accept("AKID1", time.GetUtcNow().AddHours(1));

        await sts.Source(time, "arn:aws-cn:iam::123456789012:role/r").NewAsync(Token);

        Assert.Equal(["sts.amazonaws.com.cn"], sts.Audiences);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(600, 60)]
    [InlineData(-5, 60)]
    public async Task A_session_lasts_as_long_as_STS_says_and_no_longer_than_was_asked(int said, int minutes)
    {
        sts.Accept("AKID1", time.GetUtcNow().AddMinutes(said));

        Assert.Equal(time.GetUtcNow().AddMinutes(minutes), (await sts.Source(time).NewAsync(Token)).ExpiresAt);
    }

    [Fact]
    public async Task A_trust_policy_that_does_not_match_is_told_what_the_token_says()
    {
        sts.Refuse(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");

        var error = await RefusedAsync();

        Assert.Equal(
            $"Could not assume {StubSts.Role}. The role must exist, and its trust policy must allow sts:AssumeRoleWithWebIdentity"
            + " to the provider token.actions.githubusercontent.com with token.actions.githubusercontent.com:aud = sts.amazonaws.com"
            + $" and token.actions.githubusercontent.com:sub = {StubSts.Subject}."
            + " STS answered AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity.",
            error.Message);
    }

    [Fact]
    public async Task A_missing_provider_is_named()
    {
        sts.Refuse(400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account");

        Assert.Contains(
            "must have the OIDC identity provider https://token.actions.githubusercontent.com with the audience sts.amazonaws.com",
            (await RefusedAsync()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "RegionDisabledException", "aws-region", FailureReason.PreflightRefused)]
    [InlineData(400, "ExpiredTokenException", "ExpiredTokenException", FailureReason.CredentialsExpired)]
    [InlineData(503, "ServiceUnavailable", "ServiceUnavailable", FailureReason.AwsUnreachable)]
    [InlineData(400, "Throttling", "Throttling", FailureReason.AwsUnreachable)]
    [InlineData(400, "IDPCommunicationError", "the keys of https://token.actions.githubusercontent.com", FailureReason.AwsUnreachable)]
    public async Task Every_refusal_says_what_STS_answered_and_what_passes_is_an_outage(
        int status, string code, string said, FailureReason reason)
    {
        sts.Refuse(status, code, "The sentence.");

        Assert.Contains(said, (await RefusedAsync(reason)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "<html>A proxy's page</html>")]
    [InlineData(502, "<html>Bad Gateway</html>")]
    [InlineData(200, "")]
    public async Task An_answer_that_is_not_STSs_is_no_session(int status, string body)
    {
        sts.Answer(status, body);

        Assert.Contains("STS gave no usable answer", (await RefusedAsync(FailureReason.AwsUnreachable)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_STS_that_repeats_the_token_does_not_make_the_message_repeat_it()
    {
        sts.RefuseRepeatingTheToken();

        Assert.Contains("Cannot read ***.", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_stays_a_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sts.Source(time).NewAsync(cancelled.Token));
    }

    private async Task<RollingUpdateException> RefusedAsync(FailureReason reason = FailureReason.PreflightRefused)
    {
        var error = await Assert.ThrowsAsync<RollingUpdateException>(() => sts.Source(time).NewAsync(Token));
        Assert.Equal(reason, error.Reason);
        Assert.DoesNotContain("QXZ", error.ToString(), StringComparison.Ordinal);
        return error;
    }
}
