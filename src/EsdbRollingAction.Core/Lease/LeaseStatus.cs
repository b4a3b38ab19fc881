namespace EsdbRollingAction.Core.Lease;

/// <summary>How it stands with the lease of this run.</summary>
/// <param name="IsTaken">Whether this run takes a lease at all, and EC2 lets it.</param>
/// <param name="LostTo">Who holds it instead; null while nobody does.</param>
/// <param name="ActsFrom">When the first act may follow.</param>
public sealed record LeaseStatus(bool IsTaken, LeaseTag? LostTo, DateTimeOffset ActsFrom)
{
    /// <summary>Since when another run has been seen to hold it; null while none is.</summary>
    public DateTimeOffset? LostAt { get; init; }

    /// <summary>A run without a lease.</summary>
    public static readonly LeaseStatus None = new(IsTaken: false, LostTo: null, DateTimeOffset.MinValue);

    /// <summary>Why nothing is begun before that: a clause.</summary>
    public string WhyItWaits { get; private init; } = "the run that the lease was taken over from is given time to learn it and to end";

    /// <summary>A read shows another lease, and does not tell whether that one has been released.</summary>
    internal LeaseStatus Doubted(LeaseTag other, DateTimeOffset until) => ActsFrom >= until
        ? this
        : this with { ActsFrom = until, WhyItWaits = $"EC2 still shows the lease of {other.Owner}, which may have released it" };
}
