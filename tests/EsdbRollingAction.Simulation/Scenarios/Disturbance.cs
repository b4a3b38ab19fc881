namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>What happens by itself, or by somebody's hand.</summary>
internal enum DisturbanceKind
{
    /// <summary>A process dies and comes back after a while, as another process.</summary>
    Crash,

    /// <summary>Leadership moves, as on a busy cluster.</summary>
    LeadershipMoves,

    /// <summary>A node does not answer the program for a while; the others see it.</summary>
    Unreachable,

    /// <summary>EC2 throttles everything for a while.</summary>
    ThrottlingStorm,

    /// <summary>EC2 has no capacity of the target type for a while.</summary>
    NoCapacity,

    /// <summary>EC2 accepts starts for a while and undoes each of them a moment later.</summary>
    StartsUndone,

    /// <summary>A person stops an instance.</summary>
    PersonStops,

    /// <summary>A person starts an instance that is stopped.</summary>
    PersonStarts,

    /// <summary>A person gives a stopped instance the target type.</summary>
    PersonUpgrades,

    /// <summary>A person gives a stopped instance the type it had at the beginning.</summary>
    PersonDowngrades,

    /// <summary>A person sets a priority.</summary>
    PersonSetsPriority,

    /// <summary>A person asks the leader to resign.</summary>
    PersonResigns,
}

/// <summary>One thing that happens.</summary>
/// <param name="At">When, since the beginning.</param>
/// <param name="Kind">What.</param>
/// <param name="Node">To which node, by its number.</param>
/// <param name="Seconds">How long it lasts, where it does.</param>
internal sealed record Disturbance(TimeSpan At, DisturbanceKind Kind, int Node, double Seconds);
