using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Checks;

/// <summary>A node that will be worked on, as the checks see it.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="TargetType">The instance type that it shall have; null when it keeps its own.</param>
/// <param name="ReachedBy">Names and addresses by which clients or this program reach it.</param>
public sealed record CheckedNode(string Name, Instance Instance, string? TargetType, IReadOnlyList<string> ReachedBy);
