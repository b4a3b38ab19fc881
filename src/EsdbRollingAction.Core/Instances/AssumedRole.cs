using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>
/// The AWS credentials of a role, renewed for as long as the program runs. A call that finds the session about to expire starts
/// the renewal and goes on with the old one; only one that finds it expired waits for the new one.
/// </summary>
public sealed class AssumedRole : AWSCredentials, IDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly Func<CancellationToken, Task<AwsSession>> newSession;
    private readonly RoleArn role;
    private readonly Action<string> notice;
    private readonly TimeProvider time;
    private readonly CancellationToken stop;
    private readonly IDisposable? owned;
    private volatile AwsSession session;
    private Task<string?> renewal = Task.FromResult<string?>(null);
    private DateTimeOffset? failedAt;

    internal AssumedRole(
        AwsSession session,
        Func<CancellationToken, Task<AwsSession>> newSession,
        RoleArn role,
        Action<string> notice,
        TimeProvider time,
        CancellationToken stop,
        IDisposable? owned = null)
    {
        this.session = session;
        this.newSession = newSession;
        this.role = role;
        this.notice = notice;
        this.time = time;
        this.stop = stop;
        this.owned = owned;
    }

    /// <summary>The renewal under way or the last one: why it failed, or null.</summary>
    internal Task<string?> LastRenewal
    {
        get
        {
            lock (gate)
            {
                return renewal;
            }
        }
    }

    /// <summary>Assumes the role for the first time.</summary>
    /// <param name="role">Which role, and as whom.</param>
    /// <param name="identity">Gives a fresh token for every renewal.</param>
    /// <param name="notice">Told, from another thread, when a renewal fails (once until one succeeds).</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends waiting for a renewal, for as long as these credentials are used.</param>
    /// <exception cref="RollingUpdateException">The role cannot be assumed; nothing was changed.</exception>
    /// <exception cref="InstanceException">No region is configured.</exception>
    public static async Task<AssumedRole> AssumeAsync(
        RoleToAssume role, IWebIdentity identity, Action<string> notice, TimeProvider time, CancellationToken stop)
    {
        var sts = StsClient.Create(role.Region);
        var source = new SessionSource(sts, role, identity, time);
        return await DisposingAsync(sts, async () =>
            new AssumedRole(await FirstAsync(source.NewAsync, stop), source.NewAsync, role.Arn, notice, time, stop, sts));
    }

    /// <summary>Assumes the role for the first time, with other credentials.</summary>
    /// <param name="role">Which role, and as whom.</param>
    /// <param name="with">The other credentials.</param>
    /// <param name="notice">Told, from another thread, when a renewal fails (once until one succeeds).</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends waiting for a renewal, for as long as these credentials are used.</param>
    /// <exception cref="RollingUpdateException">The role cannot be assumed; nothing was changed.</exception>
    /// <exception cref="InstanceException">No region is configured, or the other credentials cannot be had.</exception>
    internal static async Task<AssumedRole> AssumeAsync(
        RoleToAssume role, AWSCredentials with, Action<string> notice, TimeProvider time, CancellationToken stop)
    {
        var sts = StsClient.Create(role.Region, with);
        var source = new ChainedSessionSource(sts, role, time);
        return await DisposingAsync(sts, async () =>
            new AssumedRole(await FirstAsync(source.NewAsync, stop), source.NewAsync, role.Arn, notice, time, stop, sts));
    }

    /// <summary>The session as it is: the SDK asks this way where it cannot wait.</summary>
    public override ImmutableCredentials GetCredentials() => session.Keys;

    /// <summary>A session that has not expired.</summary>
    /// <exception cref="InstanceException"><see cref="InstanceErrorKind.CredentialsExpired"/>: it has, and there is no new one.</exception>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        var current = session;
        var now = time.GetUtcNow();
        if (now < current.RenewAt)
        {
            return current.Keys;
        }

        var renewing = Renewal(now);
        if (now < current.ExpiresAt)
        {
            return current.Keys;
        }

        return await renewing is { } why
            ? throw new InstanceException(
                InstanceErrorKind.CredentialsExpired,
                "SessionExpired",
                $"The AWS session of {role} has expired and could not be renewed: {why}")
            : session.Keys;
    }

    /// <summary>Lets go of the connection to STS.</summary>
    public void Dispose() => owned?.Dispose();

    /// <summary>Who does not get a role does not keep the connection to STS.</summary>
    private static async Task<AssumedRole> DisposingAsync(IDisposable sts, Func<Task<AssumedRole>> assume)
    {
        try
        {
            return await assume();
        }
        catch
        {
            sts.Dispose();
            throw;
        }
    }

    private static async Task<AwsSession> FirstAsync(
        Func<CancellationToken, Task<AwsSession>> newSession, CancellationToken cancellationToken)
    {
        try
        {
            return await newSession(cancellationToken);
        }
        catch (RollingUpdateException e) when (e.Reason is FailureReason.PreflightRefused or FailureReason.CredentialsExpired)
        {
            throw new RollingUpdateException(e.Reason, $"{e.Message} Nothing was changed.", e.InnerException);
        }
    }

    /// <summary>The renewal under way, or a new one; while the old session is good, not at once after one that failed.</summary>
    private Task<string?> Renewal(DateTimeOffset now)
    {
        lock (gate)
        {
            if (renewal.IsCompleted && now >= session.RenewAt && !IsTooSoon(now))
            {
                renewal = RenewAsync();
            }

            return renewal;
        }
    }

    private bool IsTooSoon(DateTimeOffset now) => now < session.ExpiresAt && failedAt + PauseAfterFailure > now;

    /// <returns>Why it failed, or null.</returns>
    private async Task<string?> RenewAsync()
    {
        // Off the caller's thread: the lock is held until the first wait.
        await Task.Yield();
        try
        {
            session = await newSession(stop);
            failedAt = null;
            return null;
        }
        catch (Exception e) when (e is RollingUpdateException or InstanceException)
        {
            if (failedAt is null)
            {
                notice($"The AWS session of {role} could not be renewed; it is tried again while the old one is good. {e.Message}");
            }

            failedAt = time.GetUtcNow();
            return e.Message;
        }
    }
}
