namespace EsdbRollingAction.Core;

/// <summary>What a rule says of the world as it is now.</summary>
/// <param name="Rule">The rule's name, for the log.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Reason">Why: a clause, which begins with what it is about, or with a verb where the rule is about one node.</param>
public sealed record Verdict(string Rule, bool Holds, string Reason)
{
    /// <summary>Why: a clause, without a full stop.</summary>
    public string Reason { get; init => field = Sentence.Clause(value); } = Sentence.Clause(Reason);

    /// <summary>A rule that holds.</summary>
    public static Verdict Yes(string rule, string reason) => new(rule, Holds: true, reason);

    /// <summary>A rule that does not hold.</summary>
    public static Verdict No(string rule, string reason) => new(rule, Holds: false, reason);
}
