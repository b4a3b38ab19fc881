using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>One call, asked as a dry run: what EC2's answer to it says.</summary>
internal sealed class DryRunCalls(Ec2Calls ec2)
{
    public static Check Allowed(string operation) => Check.Passed(operation, "allowed");

    /// <returns>Null when the call was not a dry run but went through.</returns>
    public async Task<Check?> AskAsync<T>(AwsRequest request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            await ec2.AskAsync(request, ask, cancellationToken);
            return null;
        }
        catch (InstanceException e) when (!e.IsAboutCredentials)
        {
            return e switch
            {
                { Code: "DryRunOperation" } => Allowed(request.Operation),
                { Kind: InstanceErrorKind.AccessDenied } => Check.Refused(request.Operation, e.Message),
                _ => Check.Note(request.Operation, $"not proven: {e.Message}"),
            };
        }
    }

    /// <summary>A call that the roll can do without: denied, it refuses nothing.</summary>
    /// <param name="asked">What EC2 said.</param>
    /// <param name="without">What is so without it, a sentence.</param>
    public static Check Dispensable(Check asked, string without) => asked.Outcome is CheckOutcome.Refused
        ? Check.Note(asked.Name, Sentence.Join($"denied: {asked.Found}", without))
        : asked;
}
