using System.Text.Json;
using System.Xml;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>What a service of AWS was asked, for messages.</summary>
/// <param name="Service">Who was asked.</param>
/// <param name="Action">The IAM action, such as <c>ec2:StopInstances</c>.</param>
/// <param name="Sentence">What it was to do, such as <c>stop i-0123</c>.</param>
internal readonly record struct AwsRequest(string Service, string Action, string Sentence);

/// <summary>The one place where what the SDK throws becomes an <see cref="InstanceException"/>.</summary>
internal static class AwsErrors
{
    private const string NoAnswer = "NoAnswer";

    // Follows the sentence that a person can read; only sts:DecodeAuthorizationMessage can read it.
    private const string EncodedAuthorization = "Encoded authorization failure message:";

    /// <summary>Null for an exception that is not EC2's, the SDK's or the network's.</summary>
    public static InstanceException? Translate(Exception exception, AwsRequest request) => exception switch
    {
        // Credentials that the program keeps itself say so.
        InstanceException known => known,
        AmazonServiceException { ErrorCode.Length: > 0 } service => Refused(service, request),
        AmazonServiceException service => Unanswered(
            $"HTTP {(int)service.StatusCode} without an error code", service, request, AwsErrorCodes.KindOf(service.StatusCode)),
        AmazonClientException client => WithoutCredentials(client, request),
        OperationCanceledException or TimeoutException => Unanswered(PlainWords.Said(exception), exception, request),
        HttpRequestException or IOException => Unanswered(AwsConnection.Describe(exception), exception, request),

        // The SDK's readers throw most of these at an answer that is XML, and not EC2's.
        XmlException or JsonException or FormatException or OverflowException
            or ArgumentException or InvalidCastException or NullReferenceException =>
            Unanswered("it is not understood", exception, request),
        _ => null,
    };

    /// <summary>The SDK reads a proxy's page that says 200 as an answer with nothing in it; EC2 numbers each of its answers.</summary>
    public static InstanceException? NotFromEc2(AmazonWebServiceResponse response, AwsRequest request)
    {
        if (!string.IsNullOrEmpty(response.ResponseMetadata?.RequestId))
        {
            return null;
        }

        var message = $"Could not {request.Sentence}. What answered is not {request.Service}: its answer has no request id.";
        return new InstanceException(InstanceErrorKind.Transient, NoAnswer, message);
    }

    private static InstanceException Refused(AmazonServiceException exception, AwsRequest request)
    {
        var code = exception.ErrorCode;
        var kind = AwsErrorCodes.KindOf(code, exception.StatusCode);
        var answered = $"{request.Service} answered {code}: {Readable(exception.Message)}";
        var message = kind switch
        {
            InstanceErrorKind.AccessDenied =>
                $"Not allowed to {request.Sentence}: the IAM policy must allow {request.Action}. {answered}",
            InstanceErrorKind.CredentialsExpired => $"Could not {request.Sentence}: the AWS session has expired. {answered}",

            // What EC2 says to a bad signature can repeat the request's authorization header.
            InstanceErrorKind.CredentialsMissing =>
                $"Could not {request.Sentence}: {request.Service} does not accept the AWS credentials, it answered {code}.",
            _ => $"Could not {request.Sentence}. {answered}",
        };
        return new InstanceException(kind, code, message, exception);
    }

    /// <summary>There is no answer, or none that can be used.</summary>
    public static InstanceException Unanswered(
        string why, Exception? exception, AwsRequest request, InstanceErrorKind kind = InstanceErrorKind.Transient) =>
        new(kind, NoAnswer, $"Could not {request.Sentence}. {request.Service} gave no usable answer: {why}", exception);

    // Past the client's construction the SDK throws this itself only when it looks for credentials or renews them.
    private static InstanceException WithoutCredentials(AmazonClientException exception, AwsRequest request)
    {
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException)
            {
                return Unanswered(AwsConnection.Describe(cause), exception, request);
            }

            if (cause is AmazonServiceException service
                && Refused(service, request) is { Kind: InstanceErrorKind.CredentialsExpired } expired)
            {
                return expired;
            }
        }

        var message = $"Could not {request.Sentence}: no usable AWS credentials. {Readable(exception.Message)}";
        return new InstanceException(InstanceErrorKind.CredentialsMissing, "NoCredentials", message, exception);
    }

    private static string Readable(string message)
    {
        var encoded = message.IndexOf(EncodedAuthorization, StringComparison.OrdinalIgnoreCase);
        return Sentence.Ended(PlainWords.WithoutCauses(encoded < 0 ? message : message[..encoded]).Trim());
    }
}
