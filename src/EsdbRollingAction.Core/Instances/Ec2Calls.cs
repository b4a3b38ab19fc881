using Amazon.EC2;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>
/// How EC2 is asked: what it refuses becomes an <see cref="InstanceException"/>, and that it accepted the credentials once is
/// remembered for all who ask through the same object.
/// </summary>
/// <param name="ec2">The client, which stays its owner's to dispose of; <see cref="Ec2Client"/> builds one that waits out throttling.</param>
/// <param name="once">One that sends nothing again; null where nothing is stopped, or <paramref name="ec2"/> is such a one.</param>
public sealed class Ec2Calls(IAmazonEC2 ec2, IAmazonEC2? once = null)
{
    private volatile bool wereAccepted;

    /// <summary>The client to ask with, inside <see cref="AskAsync"/> only.</summary>
    internal IAmazonEC2 Client => ec2;

    /// <summary>The client for what may be done only while what was looked at still holds: half a minute later it may not.</summary>
    internal IAmazonEC2 Once => once ?? ec2;

    /// <summary>Keys that EC2 accepted before and does not now have expired or were withdrawn: with new ones the update goes on.</summary>
    internal async Task<T> AskAsync<T>(Ec2Request request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            var response = await TranslateAsync(request, ask, cancellationToken);
            wereAccepted = true;
            return response;
        }
        catch (InstanceException e) when (wereAccepted && e.Kind is InstanceErrorKind.CredentialsMissing)
        {
            throw new InstanceException(
                InstanceErrorKind.CredentialsExpired, e.Code, $"{e.Message} Those that worked before have expired or were withdrawn.", e);
        }
    }

    private static async Task<T> TranslateAsync<T>(Ec2Request request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            var response = await ask();
            return Ec2Errors.NotFromEc2(response, request) is { } error ? throw error : response;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"Cancelled while asked to {request.Sentence}.", e, cancellationToken);
        }
        catch (Exception e) when (Ec2Errors.Translate(e, request) is { } translated)
        {
            throw translated;
        }
    }
}
