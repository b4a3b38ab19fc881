namespace EsdbRollingAction.Core;

/// <summary>Whether something holds in the world as it is now.</summary>
/// <param name="Holds">Whether it does.</param>
/// <param name="Reason">Why: a clause, which begins with what it is about, or with a verb where it is about one node.</param>
public sealed record Verdict(bool Holds, string Reason)
{
    /// <summary>Why: a clause, without a full stop.</summary>
    public string Reason { get; init => field = Sentence.Clause(value); } = Sentence.Clause(Reason);

    /// <summary>It holds.</summary>
    public static Verdict Yes(string reason) => new(Holds: true, reason);

    /// <summary>It does not hold.</summary>
    public static Verdict No(string reason) => new(Holds: false, reason);
}
