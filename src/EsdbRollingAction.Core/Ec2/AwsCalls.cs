using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// How a service of AWS is asked: what it refuses becomes an <see cref="InstanceException"/>, and that it accepted the credentials once is
/// remembered for all who ask through the same object.
/// </summary>
/// <param name="service">What people call the service.</param>
/// <param name="iamPrefix">What its IAM actions begin with.</param>
public abstract class AwsCalls(string service, string iamPrefix)
{
    private volatile bool wereAccepted;

    /// <summary>Whether an answer without a number is somebody else's. The SDK's reader of JSON says so itself.</summary>
    private protected virtual bool NumbersItsAnswers => true;

    /// <summary>The operation that a request of the SDK is for: its type is named after it.</summary>
    internal static string OperationOf<TAsked>()
        where TAsked : AmazonWebServiceRequest => typeof(TAsked).Name.Replace("Request", "", StringComparison.Ordinal);

    /// <summary>Asks once.</summary>
    /// <param name="sentence">What is asked for, such as <c>stop i-0123</c>.</param>
    /// <param name="request">What is sent.</param>
    /// <param name="send">Sends it.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <exception cref="InstanceException">The service refused, or did not answer.</exception>
    internal Task<TAnswer> AskAsync<TAsked, TAnswer>(
        string sentence, TAsked request, Func<TAsked, CancellationToken, Task<TAnswer>> send, CancellationToken cancellationToken)
        where TAsked : AmazonWebServiceRequest
        where TAnswer : AmazonWebServiceResponse =>
        AskAsync(Request(OperationOf<TAsked>(), sentence), () => send(request, cancellationToken), cancellationToken);

    private protected AwsRequest Request(string operation, string sentence) => new(service, $"{iamPrefix}:{operation}", sentence);

    private protected async Task<T> AskAsync<T>(AwsRequest request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            var response = await ask();
            if (NumbersItsAnswers && AwsErrors.NotFromEc2(response, request) is { } error)
            {
                throw error;
            }

            wereAccepted = true;
            return response;
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"Cancelled while asked to {request.Sentence}.", e, cancellationToken);
        }
        catch (Exception e) when (AwsErrors.Translate(e, request) is { } translated)
        {
            throw wereAccepted && translated.Kind is InstanceErrorKind.CredentialsMissing ? Withdrawn(translated) : translated;
        }
    }

    /// <summary>Keys that were accepted before and does not now have expired or were withdrawn: with new ones the update goes on.</summary>
    private static InstanceException Withdrawn(InstanceException missing) => new(
        InstanceErrorKind.CredentialsExpired,
        missing.Code,
        $"{missing.Message} Those that worked before have expired or were withdrawn.",
        missing);
}
