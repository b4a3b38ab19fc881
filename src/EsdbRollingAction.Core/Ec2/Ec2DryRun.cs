using Amazon.EC2.Model;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// Asks EC2 with <c>DryRun</c> whether the calls of a roll are allowed. Not everything that speaks EC2's protocol honours it,
/// so the first calls are chosen to do nothing even then, and the others follow only where a dry run has been seen to be one.
/// </summary>
internal sealed class Ec2DryRun(Ec2Calls ec2, PlannedCalls planned, CapacityPolicy policy)
{
    private const string RemoveTags = "remove the tags of the cluster's instances";
    private const string WithoutStart = "An instance that is found stopped is not started.";
    private const string WithoutTags = "The update works with the state file alone.";
    private const string WithoutCapacity = "The update goes on without holding capacity.";
    private const string WithoutCancelling = "What is held ends by itself within six hours, and is paid for until then.";
    private const string WithoutReservation =
        "it can be tried only on a reservation, and there is none yet; what is held ends by itself within six hours in any case";

    /// <summary>No reservation has this id.</summary>
    private const string Nobodys = "cr-00000000000000000";

    public async Task<IReadOnlyList<Check>> TryAsync(
        IReadOnlyList<Instance> running, Func<Instance, string> targetOf, CancellationToken cancellationToken)
    {
        List<string> ids = [.. running.Select(instance => instance.Id)];
        var start = await AskAsync(
            "start the cluster's instances",
            new StartInstancesRequest { InstanceIds = ids, DryRun = true },
            ec2.Client.StartInstancesAsync,
            cancellationToken);
        var checks = new List<Check?> { start is null || planned.TakesDown ? start : Dispensable(start, WithoutStart) };
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
        checks.AddRange(await TagsAsync(running, cancellationToken));
        checks.AddRange(planned.StopsInstances ? await CapacityAsync(running, targetOf, cancellationToken) : []);
        checks.Add(planned.TakesDown ? await StopAsync(ids, cancellationToken) : null);
        return [.. checks.OfType<Check>().Distinct()];
    }

    private static bool ShowsThatDryRunsAreHonoured(Check? asked) => asked is { Outcome: CheckOutcome.Passed };

    private static bool HasNoTag(Instance instance) => instance is { Lease: null, RestorePoint: null };

    private Task<Check?> ModifyAsync(Instance instance, string type, CancellationToken cancellationToken) => AskAsync(
        $"change the type of {instance.Id}",
        new ModifyInstanceAttributeRequest { InstanceId = instance.Id, InstanceType = type, DryRun = true },
        ec2.Client.ModifyInstanceAttributeAsync,
        cancellationToken);

    private Task<Check?> RebootAsync(List<string> ids, CancellationToken cancellationToken) => AskAsync(
        "reboot the cluster's instances",
        new RebootInstancesRequest { InstanceIds = ids, DryRun = true },
        ec2.Client.RebootInstancesAsync,
        cancellationToken);

    private async Task<Check> StopAsync(List<string> ids, CancellationToken cancellationToken) => await AskAsync(
        "stop the cluster's instances",
        new StopInstancesRequest { InstanceIds = ids, DryRun = true },
        ec2.Client.StopInstancesAsync,
        cancellationToken) ?? Check.Refused("StopInstances", "it was asked as a dry run, and it was done");

    /// <summary>
    /// Whether instances may be tagged. Without tags a roll works too, so nothing here refuses it. Only instances that carry no tag of an
    /// update are asked about: removing it does nothing there.
    /// </summary>
    private async Task<IReadOnlyList<Check>> TagsAsync(IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        List<string> ids = [.. instances.Where(HasNoTag).Select(instance => instance.Id)];
        if (ids.Count == 0)
        {
            return [];
        }

        List<Tag> tags = [new(Instance.LeaseTag, "dry run"), new(Instance.RestoreTag, "dry run")];
        var create = await AskAsync(
            "tag the cluster's instances",
            new CreateTagsRequest { Resources = ids, Tags = tags, DryRun = true },
            ec2.Client.CreateTagsAsync,
            cancellationToken);
        if (create is null)
        {
            await ec2.AskAsync(RemoveTags, Delete(dryRun: false), ec2.Client.DeleteTagsAsync, cancellationToken);
            return [Check.Note("CreateTags", "allowed: it was asked as a dry run, and it was done; the tags are removed again")];
        }

        var delete = await AskAsync(RemoveTags, Delete(dryRun: true), ec2.Client.DeleteTagsAsync, cancellationToken);
        return [Dispensable(create, WithoutTags), Dispensable(delete ?? Allowed("DeleteTags"), WithoutTags)];

        DeleteTagsRequest Delete(bool dryRun) =>
            new() { Resources = ids, Tags = [.. tags.Select(tag => new Tag { Key = tag.Key })], DryRun = dryRun };
    }

    /// <summary>
    /// Whether capacity may be held; that there is any, no dry run tells. Asks about the first instance that it can be held for. Denied,
    /// it refuses only when capacity is required.
    /// </summary>
    private async Task<IReadOnlyList<Check>> CapacityAsync(
        IReadOnlyList<Instance> instances, Func<Instance, string> targetOf, CancellationToken cancellationToken)
    {
        var instance = instances.FirstOrDefault(instance => CapacityRequest.WhyNot(instance) is null);
        if (policy is CapacityPolicy.Off || instance is null)
        {
            return [];
        }

        var find = await AskAsync(
            "look for held capacity",
            new DescribeCapacityReservationsRequest { DryRun = true },
            ec2.Client.DescribeCapacityReservationsAsync,
            cancellationToken) ?? Allowed("DescribeCapacityReservations");
        var create = await AskAsync(
            $"hold capacity for {instance.Id}",
            CapacityRequest.DryRun(instance, targetOf(instance)),
            ec2.Client.CreateCapacityReservationAsync,
            cancellationToken) ?? Allowed("CreateCapacityReservation");
        var cancel = await AskAsync(
            "give held capacity back",
            new CancelCapacityReservationRequest { CapacityReservationId = Nobodys, DryRun = true },
            ec2.Client.CancelCapacityReservationAsync,
            cancellationToken) ?? Allowed("CancelCapacityReservation");
        if (cancel.Found.Contains("InvalidCapacityReservationId.NotFound", StringComparison.Ordinal))
        {
            cancel = Check.Note(cancel.Name, WithoutReservation);
        }

        return policy is CapacityPolicy.Required
            ? [find, create, cancel]
            : [Dispensable(find, WithoutCapacity), Dispensable(create, WithoutCapacity), Dispensable(cancel, WithoutCancelling)];
    }

    private static Check Allowed(string operation) => Check.Passed(operation, "allowed");

    /// <summary>A call that the roll can do without: denied, it refuses nothing.</summary>
    /// <param name="asked">What EC2 said.</param>
    /// <param name="without">What is so without it, a sentence.</param>
    private static Check Dispensable(Check asked, string without) => asked.Outcome is CheckOutcome.Refused
        ? Check.Note(asked.Name, Sentence.Join($"denied: {asked.Found}", without))
        : asked;

    /// <returns>Null when the call was not a dry run but went through.</returns>
    private async Task<Check?> AskAsync<TAsked, TAnswer>(
        string sentence, TAsked request, Func<TAsked, CancellationToken, Task<TAnswer>> send, CancellationToken cancellationToken)
        where TAsked : AmazonWebServiceRequest
        where TAnswer : AmazonWebServiceResponse
    {
        var operation = AwsCalls.OperationOf<TAsked>();
        try
        {
            await ec2.AskAsync(sentence, request, send, cancellationToken);
            return null;
        }
        catch (InstanceException e) when (!e.IsAboutCredentials)
        {
            return e switch
            {
                { Code: "DryRunOperation" } => Allowed(operation),
                { Kind: InstanceErrorKind.AccessDenied } => Check.Refused(operation, e.Message),
                _ => Check.Note(operation, $"not proven: {e.Message}"),
            };
        }
    }
}
