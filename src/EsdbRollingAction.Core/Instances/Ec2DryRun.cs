using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>
/// Asks EC2 with <c>DryRun</c> whether the calls of a roll are allowed. Not everything that speaks EC2's protocol honours it,
/// so each call is chosen to do nothing even then, and the stop is only tried where a dry run has been seen to be one.
/// </summary>
internal sealed class Ec2DryRun(IAmazonEC2 ec2)
{
    private const string Allowed = "DryRunOperation";

    /// <param name="running">Instances that run: starting them does nothing.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<IReadOnlyList<Verdict>> TryAsync(IReadOnlyList<Instance> running, CancellationToken cancellationToken)
    {
        List<string> ids = [.. running.Select(instance => instance.Id)];
        var start = await AskAsync(
            new Ec2Request("StartInstances", "start the cluster's instances"),
            () => ec2.StartInstancesAsync(new StartInstancesRequest { InstanceIds = ids, DryRun = true }, cancellationToken),
            cancellationToken);
        if (start is null)
        {
            return [Verdict.Yes("StartInstances", "this endpoint does not know dry runs: permissions are not proven")];
        }

        var stop = await AskAsync(
            new Ec2Request("StopInstances", "stop the cluster's instances"),
            () => ec2.StopInstancesAsync(new StopInstancesRequest { InstanceIds = ids, DryRun = true }, cancellationToken),
            cancellationToken);
        var verdicts = new List<Verdict?> { start, stop };
        foreach (var instance in running)
        {
            verdicts.Add(await AskAsync(
                new Ec2Request("ModifyInstanceAttribute", $"change the type of {instance.Id}"),
                () => ec2.ModifyInstanceAttributeAsync(
                    new ModifyInstanceAttributeRequest { InstanceId = instance.Id, InstanceType = instance.Type, DryRun = true }, cancellationToken),
                cancellationToken));
        }

        return [.. verdicts.OfType<Verdict>().Distinct()];
    }

    /// <returns>Null when the call was not a dry run but went through.</returns>
    private static async Task<Verdict?> AskAsync<T>(Ec2Request request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            await Ec2Instances.AskAsync(request, ask, cancellationToken);
            return null;
        }
        catch (InstanceException exception) when (exception.Code == Allowed)
        {
            return Verdict.Yes(request.Operation, "allowed");
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
