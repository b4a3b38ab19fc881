using Amazon.EC2;
using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Capacity as On-Demand Capacity Reservations of EC2.</summary>
/// <param name="ec2">How EC2 is asked.</param>
public sealed class Ec2Capacity(Ec2Calls ec2) : ICapacity
{
    private const string AnyTag = $"tag:{Instance.LeaseTag}";

    /// <inheritdoc/>
    public async Task<CapacityReservation> ReserveAsync(
        Instance instance, string instanceType, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (CapacityRequest.WhyNot(instance) is { } why)
        {
            throw new InstanceException(
                InstanceErrorKind.Terminal, "Unsupported", $"No capacity of {instanceType} can be held for {instance.Id}: {why}.");
        }

        var response = await ec2.AskAsync(
            $"hold capacity of {instanceType} for {instance.Id}",
            CapacityRequest.For(instance, instanceType, until),
            ec2.Client.CreateCapacityReservationAsync,
            cancellationToken);
        return response.CapacityReservation is { } made
            ? Map(made, instance.Id)
            : throw new InstanceException(
                InstanceErrorKind.Transient, "NoAnswer", $"EC2 does not say which capacity of {instanceType} it holds for {instance.Id}.");
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await ec2.AskAsync(
                $"give back {id}",
                new CancelCapacityReservationRequest { CapacityReservationId = id },
                ec2.Client.CancelCapacityReservationAsync,
                cancellationToken);
        }
        catch (InstanceException e) when (HasEnded(e.Code))
        {
            // Nothing is held any more, which is what was asked for.
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CapacityReservation>> FindAsync(
        IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken)
    {
        if (instanceIds.Count == 0)
        {
            return [];
        }

        var describe = new DescribeCapacityReservationsRequest
        {
            Filters = [new Filter(AnyTag, [.. instanceIds]), new Filter("state", ["pending", "active"])],
        };
        return await Pages.ReadAsync(
            token =>
            {
                describe.NextToken = token;
                return ec2.AskAsync(
                    $"look for capacity held for {string.Join(", ", instanceIds)}",
                    describe,
                    ec2.Client.DescribeCapacityReservationsAsync,
                    cancellationToken);
            },
            page => (
                from reservation in page.CapacityReservations ?? []
                let instanceId = reservation.Tags?.Find(tag => tag.Key == Instance.LeaseTag)?.Value
                where instanceIds.Contains(instanceId)
                select Map(reservation, instanceId),
                page.NextToken));
    }

    private static CapacityReservation Map(Amazon.EC2.Model.CapacityReservation reservation, string instanceId) => new(
        reservation.CapacityReservationId,
        instanceId,
        reservation.InstanceType,
        StateOf(reservation.State),
        reservation.AvailableInstanceCount ?? 0);

    private static ReservationState StateOf(CapacityReservationState? state) => state?.Value switch
    {
        "active" => ReservationState.Active,
        "pending" or "assessing" or "scheduled" or "delayed" => ReservationState.Pending,
        _ => ReservationState.Ended,
    };

    private static bool HasEnded(string code) =>
        code.StartsWith("InvalidCapacityReservationState", StringComparison.Ordinal)
        || code is "InvalidCapacityReservationId.NotFound";
}
