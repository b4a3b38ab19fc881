using System.Xml;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// The one place where what goes wrong with STS becomes a <see cref="RollingUpdateException"/>. The SDK's exception stays behind:
/// nothing promises that it does not repeat the token.
/// </summary>
internal static class StsErrors
{
    /// <summary>Null for an exception that is not STS's, the SDK's or the network's.</summary>
    public static RollingUpdateException? Translate(Exception exception, RoleArn role, WebIdentityToken? token) => exception switch
    {
        AmazonServiceException { ErrorCode.Length: > 0 } service => Refused(service, role, token),
        AmazonServiceException service => Unanswered($"HTTP {(int)service.StatusCode} without an error code", role),
        OperationCanceledException => Unanswered("no answer in time", role),
        AmazonClientException or HttpRequestException or IOException or TimeoutException or XmlException =>
            Unanswered(Without(token, AwsConnection.Describe(exception)), role),
        _ => null,
    };

    /// <summary>What answered is not STS, whatever it is.</summary>
    public static RollingUpdateException Unanswered(string why, RoleArn role) =>
        new(FailureReason.AwsUnreachable, $"Could not assume {role}. STS gave no usable answer: {why}");

    private static RollingUpdateException Refused(AmazonServiceException exception, RoleArn role, WebIdentityToken? token)
    {
        var code = exception.ErrorCode;
        var kind = AwsErrorCodes.KindOf(code, exception.StatusCode);

        // Some STS calls end the code with Exception, others do not.
        var name = code.Replace("Exception", "", StringComparison.Ordinal);
        var lookAt = token is null ? LookAt(name) : LookAt(name, role, token);

        // What STS says to a bad signature repeats what was signed, the session's token among it.
        var answered = kind is InstanceErrorKind.CredentialsMissing
            ? $"STS does not accept the AWS credentials it is taken with, it answered {code}."
            : $"STS answered {code}: {Without(token, exception.Message)}";
        return new RollingUpdateException(Reason(name, kind), Sentence.Join($"Could not assume {role}.", lookAt, answered));
    }

    private static FailureReason Reason(string name, InstanceErrorKind kind) => kind switch
    {
        // STS could not fetch the keys of who issued the token: that passes.
        _ when name is "IDPCommunicationError" => FailureReason.AwsUnreachable,
        InstanceErrorKind.Transient => FailureReason.AwsUnreachable,
        InstanceErrorKind.CredentialsExpired => FailureReason.CredentialsExpired,
        _ => FailureReason.PreflightRefused,
    };

    private static string? LookAt(string name) => name switch
    {
        "AccessDenied" =>
            "The role must exist, its trust policy must allow sts:AssumeRole to who takes it, and who takes it must be allowed to.",
        "ExpiredToken" => "The AWS credentials it is taken with have expired.",
        "RegionDisabled" => "STS must be activated in this region, or another region set as aws-region.",
        _ => null,
    };

    private static string? LookAt(string name, RoleArn role, WebIdentityToken token)
    {
        var issuer = (token.Issuer ?? "token.actions.githubusercontent.com").Replace("https://", "", StringComparison.Ordinal);
        return name switch
        {
            "AccessDenied" =>
                $"The role must exist, and its trust policy must allow sts:AssumeRoleWithWebIdentity to the provider {issuer}"
                + $" with {issuer}:aud = {role.Audience} and {issuer}:sub = {token.Subject ?? "the workflow's subject"}.",
            "InvalidIdentityToken" =>
                $"The role's account must have the OIDC identity provider https://{issuer} with the audience {role.Audience}.",
            "IDPCommunicationError" => $"STS cannot fetch the keys of https://{issuer} now.",
            "ExpiredToken" => "The web identity token has expired.",
            _ => LookAt(name),
        };
    }

    private static string Without(WebIdentityToken? token, string message) =>
        token is null or { Value.Length: 0 } ? message : message.Replace(token.Value, "***", StringComparison.Ordinal);
}
