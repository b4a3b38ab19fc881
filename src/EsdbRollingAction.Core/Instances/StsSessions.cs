using Amazon.Runtime;
using Amazon.SecurityToken.Model;

namespace EsdbRollingAction.Core.Instances;

/// <summary>How STS is asked for a session, whatever it is shown.</summary>
/// <param name="role">The role.</param>
/// <param name="time">The clock.</param>
internal sealed class StsSessions(RoleToAssume role, TimeProvider time)
{
    /// <summary>What every role allows, also one that is taken with the session of another role.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromHours(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="ask">Asks STS.</param>
    /// <param name="token">What it is shown, or null where it is asked with credentials.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RollingUpdateException">STS did not accept it, or did not answer.</exception>
    public async Task<AwsSession> AskAsync(
        Func<CancellationToken, Task<Credentials?>> ask, WebIdentityToken? token, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var asked = time.GetUtcNow();
        try
        {
            return Session(await ask(either.Token), asked);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"Cancelled while assuming {role.Arn}.", e, cancellationToken);
        }
        catch (Exception e) when (StsErrors.Translate(e, role.Arn, token) is { } translated)
        {
            throw translated;
        }
    }

    private AwsSession Session(Credentials? answered, DateTimeOffset asked)
    {
        // The SDK reads a proxy's page that says 200 as an answer with nothing in it.
        if (answered is not { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0 } keys)
        {
            throw StsErrors.Unanswered("it holds no credentials.", role.Arn);
        }

        var session = new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken);
        return new AwsSession(session, asked, Until(keys, asked));
    }

    /// <summary>An expiry that has passed already is read with another clock than STS has: the duration that was asked for holds.</summary>
    private static DateTimeOffset Until(Credentials keys, DateTimeOffset asked)
    {
        var longest = asked + Duration;
        DateTimeOffset? said = keys.Expiration is { } expiration ? new DateTimeOffset(expiration.ToUniversalTime()) : null;
        return said > asked && said < longest ? said.Value : longest;
    }
}
