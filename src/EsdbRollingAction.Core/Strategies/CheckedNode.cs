using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>A node that will be worked on, as the checks see it.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="TargetType">The instance type that it shall have; null when it keeps its own.</param>
/// <param name="Addresses">Names and addresses by which clients, other nodes or this program reach it.</param>
public sealed record CheckedNode(string Name, Instance Instance, string? TargetType, CheckedAddresses Addresses);

/// <summary>Names and addresses by which a node is reached.</summary>
/// <param name="Advertised">The host that it advertises: by it clients and this program reach it.</param>
public sealed record CheckedAddresses(string Advertised)
{
    /// <summary>The IP addresses that this name resolves to.</summary>
    public IReadOnlyList<string> Resolved { get; init; } = [];

    /// <summary>What else it is known by, and what the connection string names.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];
}
