using Amazon.Runtime;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Ec2;

/// <summary>When a session is renewed, in virtual time.</summary>
public sealed class AssumedRoleTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly List<string> notices = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Queue<TaskCompletionSource<AwsSession>> asked = [];
    private readonly SemaphoreSlim asking = new(0);
    private readonly AssumedRole role;

    public AssumedRoleTests() => role = new AssumedRole(
        RoleArn.Parse("arn:aws:iam::123456789012:role/r"), Session("first"), AskAsync, new SessionRenewal(notices.Add, time, stop.Token));

    public void Dispose()
    {
        stop.Dispose();
        asking.Dispose();
    }

    [Fact]
    public async Task A_session_is_used_for_fifty_minutes_of_its_hour()
    {
        time.Advance(TimeSpan.FromMinutes(50) - TimeSpan.FromSeconds(1));

        Assert.Equal("first", await KeyAsync());
        Assert.Empty(asked);
    }

    [Fact]
    public async Task The_old_session_is_used_while_the_new_one_is_fetched()
    {
        time.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal("first", await KeyAsync());
        var renewal = await AskedAsync();
        Assert.Equal("first", await KeyAsync());

        renewal.SetResult(Session("second"));

        await role.LastRenewal;
        Assert.Equal("second", await KeyAsync());
        Assert.Empty(asked);
        Assert.Empty(notices);
    }

    [Fact]
    public async Task It_is_renewed_for_as_long_as_the_program_runs()
    {
        for (var hour = 0; hour < 6; hour++)
        {
            time.Advance(TimeSpan.FromMinutes(55));
            await KeyAsync();
            (await AskedAsync()).SetResult(Session($"session-{hour}"));
            await role.LastRenewal;
            Assert.Equal($"session-{hour}", await KeyAsync());
        }
    }

    [Fact]
    public async Task A_failed_renewal_leaves_the_old_session_and_is_tried_again_after_fifteen_seconds()
    {
        time.Advance(TimeSpan.FromMinutes(50));
        await KeyAsync();
        (await AskedAsync()).SetException(Refused());
        await role.LastRenewal;

        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal("first", await KeyAsync());
        Assert.Empty(asked);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("first", await KeyAsync());
        (await AskedAsync()).SetResult(Session("second"));

        await role.LastRenewal;
        Assert.Equal("second", await KeyAsync());
        Assert.Contains("no OIDC today", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_session_waits_for_the_new_one()
    {
        time.Advance(TimeSpan.FromHours(1));
        var key = KeyAsync();
        var renewal = await AskedAsync();
        Assert.False(key.IsCompleted);

        renewal.SetResult(Session("second"));

        Assert.Equal("second", await key);
    }

    [Fact]
    public async Task An_expired_session_that_cannot_be_renewed_ends_the_run()
    {
        time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        await KeyAsync();
        (await AskedAsync()).SetException(Refused());
        await role.LastRenewal;
        time.Advance(TimeSpan.FromSeconds(1));
        var key = KeyAsync();
        (await AskedAsync()).SetException(Refused());

        var error = await Assert.ThrowsAsync<InstanceException>(() => key);

        Assert.Equal(InstanceErrorKind.CredentialsExpired, error.Kind);
        Assert.Contains("no OIDC today", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_calls_at_once_ask_once()
    {
        time.Advance(TimeSpan.FromHours(1));
        var keys = Enumerable.Range(0, 20).Select(_ => Task.Run(KeyAsync)).ToList();

        (await AskedAsync()).SetResult(Session("second"));

        Assert.All(await Task.WhenAll(keys), key => Assert.Equal("second", key));
        Assert.Empty(asked);
    }

    [Fact]
    public void Who_cannot_wait_gets_the_session_as_it_is()
    {
        time.Advance(TimeSpan.FromHours(2));

        Assert.Equal("first", role.GetCredentials().AccessKey);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task The_end_of_the_run_ends_the_waiting()
    {
        time.Advance(TimeSpan.FromHours(1));
        var key = KeyAsync();
        await AskedAsync();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => key);
    }

    [Fact]
    public void A_session_that_lasts_a_minute_is_renewed_ten_seconds_before_its_end()
    {
        var now = time.GetUtcNow();

        Assert.Equal(now.AddSeconds(50), new AwsSession(Keys("k"), now, now.AddMinutes(1)).RenewAt);
    }

    [Fact]
    public void Nothing_shows_a_key()
    {
        Assert.DoesNotContain("QXZ", role.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("QXZ", Session("k").ToString(), StringComparison.Ordinal);
    }

    private static ImmutableCredentials Keys(string key) => new(key, "QXZ", "QXZ");

    private static RollingUpdateException Refused() => new(FailureReason.PreflightRefused, "no OIDC today");

    private AwsSession Session(string key) => new(Keys(key), time.GetUtcNow(), time.GetUtcNow().AddHours(1));

    private async Task<string> KeyAsync() => (await role.GetCredentialsAsync()).AccessKey;

    private Task<AwsSession> AskAsync(CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<AwsSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (asked)
        {
            asked.Enqueue(answer);
        }

        asking.Release();
        return answer.Task.WaitAsync(cancellationToken);
    }

    private async Task<TaskCompletionSource<AwsSession>> AskedAsync()
    {
        Assert.True(await asking.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        lock (asked)
        {
            return asked.Dequeue();
        }
    }
}
