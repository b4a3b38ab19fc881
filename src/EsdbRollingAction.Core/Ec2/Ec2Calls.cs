using Amazon.EC2;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// How EC2 is asked: what it refuses becomes an <see cref="InstanceException"/>, and that it accepted the credentials once is
/// remembered for all who ask through the same object.
/// </summary>
/// <param name="ec2">The client, its owner's to dispose of; <see cref="Ec2Client"/> builds one that waits out throttling.</param>
/// <param name="once">One that sends nothing again; null where nothing is stopped, or <paramref name="ec2"/> is such a one.</param>
public sealed class Ec2Calls(IAmazonEC2 ec2, IAmazonEC2? once = null)
{
    private volatile bool wereAccepted;

    /// <summary>The client to ask with, inside <see cref="AskAsync"/> only.</summary>
    internal IAmazonEC2 Client => ec2;

    /// <summary>The client for what may be done only while what was looked at still holds: half a minute later it may not.</summary>
    internal IAmazonEC2 Once => once ?? ec2;

    /// <exception cref="InstanceException">EC2 refused, or did not answer.</exception>
    internal async Task<T> AskAsync<T>(Ec2Request request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            var response = await ask();
            if (Ec2Errors.NotFromEc2(response, request) is { } error)
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
        catch (Exception e) when (Ec2Errors.Translate(e, request) is { } translated)
        {
            throw wereAccepted && translated.Kind is InstanceErrorKind.CredentialsMissing ? Withdrawn(translated) : translated;
        }
    }

    /// <summary>Keys that EC2 accepted before and does not now have expired or were withdrawn: with new ones the update goes on.</summary>
    private static InstanceException Withdrawn(InstanceException missing) => new(
        InstanceErrorKind.CredentialsExpired,
        missing.Code,
        $"{missing.Message} Those that worked before have expired or were withdrawn.",
        missing);
}
