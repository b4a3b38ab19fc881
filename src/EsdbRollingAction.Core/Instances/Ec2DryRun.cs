using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>
/// Asks EC2 with <c>DryRun</c> whether the calls of a roll are allowed. Not everything that speaks EC2's protocol honours it,
/// so each call is chosen to do nothing even then, and the stop comes last, where a dry run has been seen to be one.
/// </summary>
internal sealed class Ec2DryRun(IAmazonEC2 ec2)
{
    private const string WouldHaveWorked = "DryRunOperation";

    /// <param name="running">Instances that run: starting them does nothing.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<IReadOnlyList<Verdict>> TryAsync(IReadOnlyList<Instance> running, CancellationToken cancellationToken)
    {
        List<string> ids = [.. running.Select(instance => instance.Id)];
        var verdicts = new List<Verdict?>
        {
            await AskAsync(
                new Ec2Request("StartInstances", "start the cluster's instances"),
                () => ec2.StartInstancesAsync(new StartInstancesRequest { InstanceIds = ids, DryRun = true }, cancellationToken),
                cancellationToken),
        };
        foreach (var instance in running)
        {
            verdicts.Add(await AskAsync(
                new Ec2Request("ModifyInstanceAttribute", $"change the type of {instance.Id}"),
                () => ec2.ModifyInstanceAttributeAsync(
                    new ModifyInstanceAttributeRequest { InstanceId = instance.Id, InstanceType = instance.Type, DryRun = true }, cancellationToken),
                cancellationToken));
        }

        if (!verdicts.Contains(Allowed("StartInstances")) && !verdicts.Contains(Allowed("ModifyInstanceAttribute")))
        {
            verdicts.Add(Verdict.Yes("StopInstances", "not tried: nothing shows that a dry run is one here"));
        }
        else
        {
            verdicts.Add(await AskAsync(
                new Ec2Request("StopInstances", "stop the cluster's instances"),
                () => ec2.StopInstancesAsync(new StopInstancesRequest { InstanceIds = ids, DryRun = true }, cancellationToken),
                cancellationToken) ?? Verdict.No("StopInstances", "it was asked as a dry run, and it was done"));
        }

        return [.. verdicts.OfType<Verdict>().Distinct()];
    }

    private static Verdict Allowed(string operation) => Verdict.Yes(operation, "allowed");

    /// <returns>Null when the call was not a dry run but went through.</returns>
    private static async Task<Verdict?> AskAsync<T>(Ec2Request request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            await Ec2Instances.AskAsync(request, ask, cancellationToken);
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
        catch (InstanceException exception) when (exception.Kind is not (InstanceErrorKind.CredentialsExpired or InstanceErrorKind.CredentialsMissing))
        {
            return Verdict.Yes(request.Operation, $"not proven: {exception.Message}");
        }
    }
}
