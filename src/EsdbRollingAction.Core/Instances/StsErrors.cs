using System.Xml;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>
/// The one place where what goes wrong with STS becomes a <see cref="RollingUpdateException"/>. The SDK's exception stays behind:
/// nothing promises that it does not repeat the token.
/// </summary>
internal static class StsErrors
{
    /// <summary>Null for an exception that is not STS's, the SDK's or the network's.</summary>
    public static RollingUpdateException? Translate(Exception exception, RoleArn role, WebIdentityToken token) => exception switch
    {
        AmazonServiceException { ErrorCode.Length: > 0 } service => Refused(service, role, token),
        AmazonServiceException service => Unanswered($"HTTP {(int)service.StatusCode} without an error code", role),
        OperationCanceledException => Unanswered("no answer in time", role),
        AmazonClientException or HttpRequestException or IOException or TimeoutException or XmlException =>
            Unanswered(Without(token, exception.Message), role),
        _ => null,
    };

    /// <summary>What answered is not STS, whatever it is.</summary>
    public static RollingUpdateException Unanswered(string why, RoleArn role) =>
        new(FailureReason.AwsUnreachable, $"Could not assume {role}. STS gave no usable answer: {why}");

    private static RollingUpdateException Refused(AmazonServiceException exception, RoleArn role, WebIdentityToken token)
    {
        var answered = $"STS answered {exception.ErrorCode}: {Without(token, exception.Message)}";
        var issuer = (token.Issuer ?? "https://token.actions.githubusercontent.com").Replace("https://", "", StringComparison.Ordinal);
        var lookAt = exception.ErrorCode switch
        {
            "AccessDenied" or "AccessDeniedException" =>
                "The role must exist, and its trust policy must allow sts:AssumeRoleWithWebIdentity"
                + $" to the provider {issuer} with {issuer}:aud = {role.Audience}"
                + $" and {issuer}:sub = {token.Subject ?? "the workflow's subject"}.",
            "InvalidIdentityToken" or "InvalidIdentityTokenException" =>
                $"The role's account must have the OIDC identity provider https://{issuer} with the audience {role.Audience}.",
            "RegionDisabledException" => "STS must be activated in this region, or another region set as aws-region.",
            _ => null,
        };
        return Error($"Could not assume {role}. {(lookAt is null ? "" : $"{lookAt} ")}{answered}");
    }

    private static string Without(WebIdentityToken token, string message) =>
        token.Value.Length == 0 ? message : message.Replace(token.Value, "***", StringComparison.Ordinal);

    private static RollingUpdateException Error(string message) => new(FailureReason.PreflightRefused, message);
}
