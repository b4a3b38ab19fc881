using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Takes a role, as often as it is asked: with a fresh web identity token, or with the credentials that the client has.</summary>
internal sealed class SessionSource(IAmazonSecurityTokenService sts, RoleToAssume role, IWebIdentity? identity, TimeProvider time)
{
    /// <summary>What every role allows, also one that is taken with the session of another role.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="RollingUpdateException">There is no token, or STS did not accept it, or did not answer.</exception>
    /// <exception cref="InstanceException">The client's credentials cannot be had.</exception>
    public async Task<AwsSession> NewAsync(CancellationToken cancellationToken)
    {
        var token = identity is null ? null : await identity.TokenAsync(role.Arn.Audience, cancellationToken);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var asked = time.GetUtcNow();
        try
        {
            var answered = token is null ? await AssumeAsync(either.Token) : await AssumeAsync(token, either.Token);
            return Session(answered, asked);
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

    private async Task<Credentials?> AssumeAsync(WebIdentityToken token, CancellationToken cancellationToken)
    {
        var request = new AssumeRoleWithWebIdentityRequest
        {
            RoleArn = role.Arn.Text,
            RoleSessionName = role.FitSessionName,
            WebIdentityToken = token.Value,
            DurationSeconds = (int)Duration.TotalSeconds,
        };
        return (await sts.AssumeRoleWithWebIdentityAsync(request, cancellationToken)).Credentials;
    }

    private async Task<Credentials?> AssumeAsync(CancellationToken cancellationToken)
    {
        var request = new AssumeRoleRequest
        {
            RoleArn = role.Arn.Text,
            RoleSessionName = role.FitSessionName,
            ExternalId = role.ExternalId,
            DurationSeconds = (int)Duration.TotalSeconds,
        };
        return (await sts.AssumeRoleAsync(request, cancellationToken)).Credentials;
    }

    private AwsSession Session(Credentials? answered, DateTimeOffset asked)
    {
        // The SDK reads a proxy's page that says 200 as an answer with nothing in it.
        if (answered is not { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0 } keys)
        {
            throw StsErrors.Unanswered("it holds no credentials.", role.Arn);
        }

        // An expiry that has passed already was read with another clock than STS has: the duration that was asked for holds.
        var longest = asked + Duration;
        var said = keys.Expiration?.ToUniversalTime() is { } expiry ? new DateTimeOffset(expiry) : longest;
        var session = new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken);
        return new AwsSession(session, asked, said > asked && said < longest ? said : longest);
    }
}
