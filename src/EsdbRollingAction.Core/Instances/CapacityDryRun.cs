using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Whether capacity may be held. That there is any, no dry run tells.</summary>
internal sealed class CapacityDryRun(Ec2Calls ec2)
{
    private const string Without = "The update goes on without holding capacity.";
    private const string WithoutReservation =
        "it can be tried only on a reservation, and there is none yet; what is held ends by itself within six hours in any case";
    private const string WithoutCancelling = "What is held ends by itself within six hours, and is paid for until then.";

    /// <summary>No reservation has this id: a dry run that is none cancels nothing.</summary>
    private const string Nobodys = "cr-00000000000000000";
    private readonly DryRunCalls calls = new(ec2);

    /// <param name="instances">The instances that capacity will be held for; the first that it can be held for is asked about.</param>
    /// <param name="targetOf">The type that is held for an instance.</param>
    /// <param name="policy">Denied, it refuses only when capacity is required.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<IReadOnlyList<Verdict>> TryAsync(
        IReadOnlyList<Instance> instances, Func<Instance, string> targetOf, CapacityPolicy policy, CancellationToken cancellationToken)
    {
        var instance = instances.FirstOrDefault(instance => CapacityRequest.WhyNot(instance) is null);
        if (policy is CapacityPolicy.Off || instance is null)
        {
            return [];
        }

        var find = await FindAsync(cancellationToken);
        var cancel = await CancelAsync(cancellationToken);
        var create = await CreateAsync(instance, targetOf(instance), cancellationToken);
        if (policy is CapacityPolicy.Required)
        {
            return [find, create, cancel];
        }

        return
        [
            DryRunCalls.Dispensable(find, Without),
            DryRunCalls.Dispensable(create, Without),
            DryRunCalls.Dispensable(cancel, WithoutCancelling),
        ];
    }

    private async Task<Verdict> FindAsync(CancellationToken cancellationToken)
    {
        var describe = new DescribeCapacityReservationsRequest { DryRun = true };
        var verdict = await calls.AskAsync(
            new Ec2Request("DescribeCapacityReservations", "look for held capacity"),
            () => ec2.Client.DescribeCapacityReservationsAsync(describe, cancellationToken),
            cancellationToken);
        return verdict ?? DryRunCalls.Allowed("DescribeCapacityReservations");
    }

    private async Task<Verdict> CancelAsync(CancellationToken cancellationToken)
    {
        var cancel = new CancelCapacityReservationRequest { CapacityReservationId = Nobodys, DryRun = true };
        var verdict = await calls.AskAsync(
            new Ec2Request("CancelCapacityReservation", "give held capacity back"),
            () => ec2.Client.CancelCapacityReservationAsync(cancel, cancellationToken),
            WithoutReservation,
            cancellationToken);
        return verdict ?? DryRunCalls.Allowed("CancelCapacityReservation");
    }

    private async Task<Verdict> CreateAsync(Instance instance, string type, CancellationToken cancellationToken)
    {
        CreateCapacityReservationResponse? made = null;
        var verdict = await calls.AskAsync(
            new Ec2Request("CreateCapacityReservation", $"hold capacity for {instance.Id}"),
            async () => made = await ec2.Client.CreateCapacityReservationAsync(CapacityRequest.DryRun(instance, type), cancellationToken),
            cancellationToken);
        if (made?.CapacityReservation?.CapacityReservationId is { } id)
        {
            await new Ec2Capacity(ec2).ReleaseAsync(id, cancellationToken);
        }

        return verdict ?? Verdict.Yes("CreateCapacityReservation", "allowed, though it was no dry run: the capacity is given back");
    }
}
