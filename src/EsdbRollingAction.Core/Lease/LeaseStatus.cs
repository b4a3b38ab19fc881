namespace EsdbRollingAction.Core.Lease;

/// <summary>How it stands with the lease of this run.</summary>
/// <param name="IsTaken">Whether this run takes a lease at all, and EC2 lets it.</param>
/// <param name="LostTo">Who holds it instead; null while nobody does.</param>
/// <param name="ActsFrom">When the first act may follow: an owner that is taken over from is given time to learn it.</param>
public sealed record LeaseStatus(bool IsTaken, LeaseTag? LostTo, DateTimeOffset ActsFrom)
{
    /// <summary>A run without a lease.</summary>
    public static readonly LeaseStatus None = new(IsTaken: false, LostTo: null, DateTimeOffset.MinValue);
}
