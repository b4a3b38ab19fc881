using Amazon.EC2.Model;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Whether capacity may be held. That there is any, no dry run tells.</summary>
internal sealed class CapacityDryRun(Ec2Calls ec2)
{
    private const string Without = "The update goes on without holding capacity.";
    private const string WithoutCancelling = "What is held ends by itself within six hours, and is paid for until then.";
    private const string WithoutReservation =
        "it can be tried only on a reservation, and there is none yet; what is held ends by itself within six hours in any case";

    /// <summary>No reservation has this id.</summary>
    private const string Nobodys = "cr-00000000000000000";
    private readonly DryRunCalls calls = new(ec2);

    /// <summary>Asks about the first instance that capacity can be held for. Denied, it refuses only when capacity is required.</summary>
    public async Task<IReadOnlyList<Check>> TryAsync(
        IReadOnlyList<Instance> instances, Func<Instance, string> targetOf, CapacityPolicy policy, CancellationToken cancellationToken)
    {
        var instance = instances.FirstOrDefault(instance => CapacityRequest.WhyNot(instance) is null);
        if (policy is CapacityPolicy.Off || instance is null)
        {
            return [];
        }

        var describe = new DescribeCapacityReservationsRequest { DryRun = true };
        var find = await AskAsync(
            new AwsRequest("DescribeCapacityReservations", "look for held capacity"),
            () => ec2.Client.DescribeCapacityReservationsAsync(describe, cancellationToken),
            cancellationToken);
        var hold = CapacityRequest.DryRun(instance, targetOf(instance));
        var create = await AskAsync(
            new AwsRequest("CreateCapacityReservation", $"hold capacity for {instance.Id}"),
            () => ec2.Client.CreateCapacityReservationAsync(hold, cancellationToken),
            cancellationToken);
        var release = new CancelCapacityReservationRequest { CapacityReservationId = Nobodys, DryRun = true };
        var cancel = await AskAsync(
            new AwsRequest("CancelCapacityReservation", "give held capacity back"),
            () => ec2.Client.CancelCapacityReservationAsync(release, cancellationToken),
            cancellationToken);
        if (cancel.Found.Contains("InvalidCapacityReservationId.NotFound", StringComparison.Ordinal))
        {
            cancel = Check.Note(cancel.Name, WithoutReservation);
        }

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

    private async Task<Check> AskAsync<T>(AwsRequest request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse =>
        await calls.AskAsync(request, ask, cancellationToken) ?? DryRunCalls.Allowed(request.Operation);
}
