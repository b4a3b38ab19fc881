namespace EsdbRollingAction.Core;

/// <summary>What a rule says of the world as it is now.</summary>
/// <param name="Rule">The rule's name, for the log.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Reason">Why, in words that can stand alone.</param>
public sealed record Verdict(string Rule, bool Holds, string Reason)
{
    /// <summary>A rule that holds.</summary>
    public static Verdict Yes(string rule, string reason) => new(rule, Holds: true, reason);

    /// <summary>A rule that does not hold.</summary>
    public static Verdict No(string rule, string reason) => new(rule, Holds: false, reason);
}
