namespace EsdbRollingAction.Sandbox.Model;

/// <summary>What is asked for.</summary>
/// <param name="Type">Instance type.</param>
/// <param name="Count">For how many instances.</param>
/// <param name="Zone">Availability zone.</param>
/// <param name="Token">The same token is the same request.</param>
/// <param name="EndDate">When it ends by itself; null for never.</param>
/// <param name="Tags">Its tags.</param>
public sealed record CapacityRequest(
    string Type, int Count, string Zone, string Token, DateTimeOffset? EndDate, IReadOnlyDictionary<string, string> Tags);

/// <summary>Capacity that is held: an open On-Demand Capacity Reservation, as it is at one instant.</summary>
/// <param name="Id">Such as <c>cr-0123</c>.</param>
/// <param name="Request">What was asked for.</param>
public sealed record CapacityReservation(string Id, CapacityRequest Request)
{
    /// <summary><c>pending</c>, <c>active</c>, <c>cancelled</c> or <c>expired</c>.</summary>
    public string State { get; init; } = "pending";

    /// <summary>Instances that run in it.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>How many instances can still be started in it.</summary>
    public int Available => IsHeld ? Request.Count - Users.Count : 0;

    /// <summary>It costs, whether it is used or not.</summary>
    public bool IsHeld => State is "pending" or "active";
}
