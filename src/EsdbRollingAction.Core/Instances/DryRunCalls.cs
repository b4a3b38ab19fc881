using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>One call, asked as a dry run: what EC2's answer to it says.</summary>
/// <param name="ec2">How EC2 is asked.</param>
internal sealed class DryRunCalls(Ec2Calls ec2)
{
    private const string WouldHaveWorked = "DryRunOperation";

    public static Verdict Allowed(string operation) => Verdict.Yes(operation, "allowed");

    /// <inheritdoc cref="AskAsync{T}(Ec2Request, Func{Task{T}}, string?, CancellationToken)"/>
    public Task<Verdict?> AskAsync<T>(Ec2Request request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse =>
        AskAsync(request, ask, withoutSubject: null, cancellationToken);

    /// <param name="request">What is asked.</param>
    /// <param name="ask">Asks it.</param>
    /// <param name="withoutSubject">What to say when EC2 answers that what the call is about does not exist; null where it must.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>Null when the call was not a dry run but went through.</returns>
    public async Task<Verdict?> AskAsync<T>(
        Ec2Request request, Func<Task<T>> ask, string? withoutSubject, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            await ec2.AskAsync(request, ask, cancellationToken);
            return null;
        }
        catch (InstanceException exception) when (exception.Code == WouldHaveWorked)
        {
            return Allowed(request.Operation);
        }
        catch (InstanceException exception) when (exception.Kind == InstanceErrorKind.AccessDenied)
        {
            return Verdict.No(request.Operation, exception.Message);
        }
        catch (InstanceException exception) when (withoutSubject is not null && IsNotFound(exception))
        {
            return Verdict.Yes(request.Operation, withoutSubject);
        }
        catch (InstanceException exception) when (exception.Kind is not (InstanceErrorKind.CredentialsExpired or InstanceErrorKind.CredentialsMissing))
        {
            return Verdict.Yes(request.Operation, $"not proven: {exception.Message}");
        }
    }

    private static bool IsNotFound(InstanceException exception) => exception.Code.EndsWith(".NotFound", StringComparison.Ordinal);

    /// <summary>A call that the roll can do without: denied, it refuses nothing.</summary>
    /// <param name="verdict">What EC2 said.</param>
    /// <param name="without">What is so without it, a sentence.</param>
    public static Verdict Dispensable(Verdict verdict, string without) =>
        verdict.Holds ? verdict : Verdict.Yes(verdict.Rule, Sentence.Join($"denied: {verdict.Reason}", without));
}
