using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// How a service of AWS is asked: what it refuses becomes an <see cref="InstanceException"/>, and that it accepted the credentials once is
/// remembered for all who ask through the same object.
/// </summary>
public abstract class AwsCalls
{
    private volatile bool wereAccepted;

    /// <summary>Whether an answer without a number is somebody else's. The SDK's reader of JSON says so itself.</summary>
    private protected virtual bool NumbersItsAnswers => true;

    /// <exception cref="InstanceException">The service refused, or did not answer.</exception>
    internal async Task<T> AskAsync<T>(AwsRequest request, Func<Task<T>> ask, CancellationToken cancellationToken)
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
