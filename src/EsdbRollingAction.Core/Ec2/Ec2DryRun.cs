using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// Asks EC2 with <c>DryRun</c> whether the calls of a roll are allowed. Not everything that speaks EC2's protocol honours it,
/// so the first calls are chosen to do nothing even then, and the others follow only where a dry run has been seen to be one.
/// </summary>
internal sealed class Ec2DryRun(Ec2Calls ec2, PlannedCalls planned, CapacityPolicy policy)
{
    private const string WithoutStart = "An instance that is found stopped is not started.";
    private readonly DryRunCalls calls = new(ec2);

    public async Task<IReadOnlyList<Check>> TryAsync(
        IReadOnlyList<Instance> running, Func<Instance, string> targetOf, CancellationToken cancellationToken)
    {
        List<string> ids = [.. running.Select(instance => instance.Id)];
        var start = await StartAsync(ids, cancellationToken);
        var checks = new List<Check?> { start is null || planned.TakesDown ? start : DryRunCalls.Dispensable(start, WithoutStart) };
        if (!checks.Exists(ShowsThatDryRunsAreHonoured) && planned.ChangesType && running.Count > 0)
        {
            checks.Add(await ModifyAsync(running[0], running[0].Type, cancellationToken));
        }

        if (!checks.Exists(ShowsThatDryRunsAreHonoured))
        {
            checks.Add(Check.Note("StopInstances", "not tried: nothing shows that a dry run is one here"));
            return [.. checks.OfType<Check>()];
        }

        foreach (var instance in planned.ChangesType ? running : [])
        {
            checks.Add(await ModifyAsync(instance, targetOf(instance), cancellationToken));
        }

        checks.Add(planned.Reboots ? await RebootAsync(ids, cancellationToken) : null);
        checks.AddRange(await new TagsDryRun(ec2).TryAsync(running, cancellationToken));
        var held = planned.StopsInstances ? policy : CapacityPolicy.Off;
        checks.AddRange(await new CapacityDryRun(ec2).TryAsync(running, targetOf, held, cancellationToken));
        checks.Add(planned.TakesDown ? await StopAsync(ids, cancellationToken) : null);
        return [.. checks.OfType<Check>().Distinct()];
    }

    private static bool ShowsThatDryRunsAreHonoured(Check? asked) => asked is { Outcome: CheckOutcome.Passed };

    private Task<Check?> StartAsync(List<string> ids, CancellationToken cancellationToken)
    {
        var start = new StartInstancesRequest { InstanceIds = ids, DryRun = true };
        return calls.AskAsync(
            new AwsRequest("StartInstances", "start the cluster's instances"),
            () => ec2.Client.StartInstancesAsync(start, cancellationToken),
            cancellationToken);
    }

    private Task<Check?> ModifyAsync(Instance instance, string type, CancellationToken cancellationToken)
    {
        var modify = new ModifyInstanceAttributeRequest { InstanceId = instance.Id, InstanceType = type, DryRun = true };
        return calls.AskAsync(
            new AwsRequest("ModifyInstanceAttribute", $"change the type of {instance.Id}"),
            () => ec2.Client.ModifyInstanceAttributeAsync(modify, cancellationToken),
            cancellationToken);
    }

    private Task<Check?> RebootAsync(List<string> ids, CancellationToken cancellationToken)
    {
        var reboot = new RebootInstancesRequest { InstanceIds = ids, DryRun = true };
        return calls.AskAsync(
            new AwsRequest("RebootInstances", "reboot the cluster's instances"),
            () => ec2.Client.RebootInstancesAsync(reboot, cancellationToken),
            cancellationToken);
    }

    private async Task<Check> StopAsync(List<string> ids, CancellationToken cancellationToken)
    {
        var stop = new StopInstancesRequest { InstanceIds = ids, DryRun = true };
        var asked = await calls.AskAsync(
            new AwsRequest("StopInstances", "stop the cluster's instances"),
            () => ec2.Client.StopInstancesAsync(stop, cancellationToken),
            cancellationToken);
        return asked ?? Check.Refused("StopInstances", "it was asked as a dry run, and it was done");
    }
}
