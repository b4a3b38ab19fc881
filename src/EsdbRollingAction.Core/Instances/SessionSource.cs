using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Takes a role with a fresh web identity token, as often as it is asked.</summary>
internal sealed class SessionSource(IAmazonSecurityTokenService sts, RoleToAssume role, IWebIdentity identity, TimeProvider time)
{
    private readonly StsSessions sessions = new(role, time);

    /// <exception cref="RollingUpdateException">There is no token, or STS did not accept it.</exception>
    public async Task<AwsSession> NewAsync(CancellationToken cancellationToken)
    {
        var token = await identity.TokenAsync(role.Arn.Audience, cancellationToken);
        return await sessions.AskAsync(
            async either => (await sts.AssumeRoleWithWebIdentityAsync(Request(token), either)).Credentials, token, cancellationToken);
    }

    private AssumeRoleWithWebIdentityRequest Request(WebIdentityToken token) => new()
    {
        RoleArn = role.Arn.Text,
        RoleSessionName = role.FitSessionName,
        WebIdentityToken = token.Value,
        DurationSeconds = (int)StsSessions.Duration.TotalSeconds,
    };
}
