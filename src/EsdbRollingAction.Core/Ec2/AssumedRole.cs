using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>How sessions are kept renewed.</summary>
/// <param name="Notice">Told, from another thread, when a renewal fails (once until one succeeds).</param>
/// <param name="Time">The clock.</param>
/// <param name="Stop">Ends waiting for a renewal, for as long as the credentials are used.</param>
internal sealed record SessionRenewal(Action<string> Notice, TimeProvider Time, CancellationToken Stop);

/// <summary>Keys that are good for a while. A class, so that nothing prints them.</summary>
internal sealed class AwsSession(ImmutableCredentials keys, DateTimeOffset from, DateTimeOffset until)
{
    public ImmutableCredentials Keys { get; } = keys;

    public DateTimeOffset ExpiresAt { get; } = until;

    /// <summary>A sixth of its life before it expires: ten minutes of an hour.</summary>
    public DateTimeOffset RenewAt { get; } = until - ((until - from) / 6);
}

/// <summary>
/// The AWS credentials of a role, renewed for as long as the program runs. A call that finds the session about to expire starts
/// the renewal and goes on with the old one; only one that finds it expired waits for the new one.
/// </summary>
internal sealed class AssumedRole(
    RoleArn role, AwsSession first, Func<CancellationToken, Task<AwsSession>> newSession, SessionRenewal renewal) : AWSCredentials
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(15);
    private readonly Lock gate = new();
    private volatile AwsSession session = first;
    private DateTimeOffset? failedAt;

    /// <summary>The renewal under way or the last one: why it failed, or null.</summary>
    internal Task<string?> LastRenewal { get; private set; } = Task.FromResult<string?>(null);

    /// <summary>Assumes the role for the first time.</summary>
    /// <exception cref="RollingUpdateException">The role cannot be assumed; nothing was changed.</exception>
    /// <exception cref="InstanceException">The credentials that it is assumed with cannot be had.</exception>
    public static async Task<AssumedRole> AssumeAsync(
        RoleArn role, Func<CancellationToken, Task<AwsSession>> newSession, SessionRenewal renewal)
    {
        try
        {
            return new AssumedRole(role, await newSession(renewal.Stop), newSession, renewal);
        }
        catch (RollingUpdateException e) when (e.Reason is FailureReason.PreflightRefused or FailureReason.CredentialsExpired)
        {
            throw new RollingUpdateException(e.Reason, $"{e.Message} Nothing was changed.", e.InnerException);
        }
    }

    /// <summary>The session as it is: the SDK asks this way where it cannot wait.</summary>
    public override ImmutableCredentials GetCredentials() => session.Keys;

    /// <summary>A session that has not expired.</summary>
    /// <exception cref="InstanceException"><see cref="InstanceErrorKind.CredentialsExpired"/>: it has, and there is no new one.</exception>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        var current = session;
        var now = renewal.Time.GetUtcNow();
        if (now < current.RenewAt)
        {
            return current.Keys;
        }

        var renewing = Renew(now);
        if (now < current.ExpiresAt)
        {
            return current.Keys;
        }

        if (await renewing is { } why)
        {
            throw new InstanceException(
                InstanceErrorKind.CredentialsExpired,
                "SessionExpired",
                $"The AWS session of {role} has expired and could not be renewed: {why}");
        }

        return session.Keys;
    }

    /// <summary>The renewal under way, or a new one; while the old session is good, not at once after one that failed.</summary>
    private Task<string?> Renew(DateTimeOffset now)
    {
        lock (gate)
        {
            var isTooSoon = now < session.RenewAt || (now < session.ExpiresAt && now < failedAt + PauseAfterFailure);
            if (LastRenewal.IsCompleted && !isTooSoon)
            {
                LastRenewal = RenewAsync();
            }

            return LastRenewal;
        }
    }

    /// <returns>Why it failed, or null.</returns>
    private async Task<string?> RenewAsync()
    {
        // Off the caller's thread: the lock is held until the first wait.
        await Task.Yield();
        try
        {
            session = await newSession(renewal.Stop);
            failedAt = null;
            return null;
        }
        catch (Exception e) when (e is RollingUpdateException or InstanceException)
        {
            if (failedAt is null)
            {
                renewal.Notice(
                    $"The AWS session of {role} could not be renewed; it is tried again while the old one is good. {e.Message}");
            }

            failedAt = renewal.Time.GetUtcNow();
            return e.Message;
        }
    }
}
