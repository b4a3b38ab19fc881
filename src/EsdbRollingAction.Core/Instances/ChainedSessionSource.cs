using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Takes a role with the credentials that the STS client has, as often as it is asked.</summary>
internal sealed class ChainedSessionSource(IAmazonSecurityTokenService sts, RoleToAssume role, TimeProvider time)
{
    private readonly StsSessions sessions = new(role, time);

    /// <exception cref="RollingUpdateException">STS did not allow it.</exception>
    /// <exception cref="InstanceException">The client's credentials cannot be had.</exception>
    public Task<AwsSession> NewAsync(CancellationToken cancellationToken) => sessions.AskAsync(
        async either => (await sts.AssumeRoleAsync(Request(), either)).Credentials, token: null, cancellationToken);

    private AssumeRoleRequest Request() => new()
    {
        RoleArn = role.Arn.Text,
        RoleSessionName = role.FitSessionName,
        ExternalId = role.ExternalId,
        DurationSeconds = (int)StsSessions.Duration.TotalSeconds,
    };
}
