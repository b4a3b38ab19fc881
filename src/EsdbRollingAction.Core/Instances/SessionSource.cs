using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Takes a role with a fresh web identity token, as often as it is asked.</summary>
internal sealed class SessionSource(IAmazonSecurityTokenService sts, RoleToAssume role, IWebIdentity identity, TimeProvider time)
{
    /// <summary>What every role allows.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromHours(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="RollingUpdateException">There is no token, or STS did not accept it.</exception>
    public async Task<AwsSession> NewAsync(CancellationToken cancellationToken)
    {
        var token = await identity.TokenAsync(role.Arn.Audience, cancellationToken);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var asked = time.GetUtcNow();
        try
        {
            return Session(await sts.AssumeRoleWithWebIdentityAsync(Request(token), either.Token), asked);
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

    private AssumeRoleWithWebIdentityRequest Request(WebIdentityToken token) => new()
    {
        RoleArn = role.Arn.Text,
        RoleSessionName = role.FitSessionName,
        WebIdentityToken = token.Value,
        DurationSeconds = (int)Duration.TotalSeconds,
    };

    private AwsSession Session(AssumeRoleWithWebIdentityResponse response, DateTimeOffset asked)
    {
        // The SDK reads a proxy's page that says 200 as an answer with nothing in it.
        if (response.Credentials is not { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0 } keys)
        {
            throw StsErrors.Unanswered("it holds no credentials.", role.Arn);
        }

        return new AwsSession(new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken), asked, Until(keys, asked));
    }

    /// <summary>An expiry that has passed already is read with another clock than STS has: the duration that was asked for holds.</summary>
    private static DateTimeOffset Until(Credentials keys, DateTimeOffset asked)
    {
        var longest = asked + Duration;
        DateTimeOffset? said = keys.Expiration is { } expiration ? new DateTimeOffset(expiration.ToUniversalTime()) : null;
        return said > asked && said < longest ? said.Value : longest;
    }
}
