using System.Collections.Frozen;

namespace EsdbRollingAction.Core.Ssm;

/// <summary>The commands of this update, as they were just read.</summary>
/// <param name="ByInstance">The commands, by instance, oldest first.</param>
/// <param name="Began">When the update began, by the comments of its commands where the state is lost; or null.</param>
/// <param name="Problem">Why something is not known, or null.</param>
public sealed record CommandsSeen(
    IReadOnlyDictionary<string, List<NodeCommand>> ByInstance, DateTimeOffset? Began, string? Problem)
{
    /// <summary>Where no command is run.</summary>
    public static readonly CommandsSeen None = new(FrozenDictionary<string, List<NodeCommand>>.Empty, Began: null, Problem: null);

    /// <summary>Whether nothing tells of an update that goes on: then it begins now.</summary>
    public bool IsNew { get; init; }

    /// <summary>How many have ended.</summary>
    public int Ended => ByInstance.Values.Sum(all => all.Count(one => one.Outcome.HasEnded));

    /// <summary>Those that were sent to the instance.</summary>
    public IReadOnlyList<NodeCommand> On(string? instanceId) => ByInstance.GetValueOrDefault(instanceId ?? "") ?? [];
}
