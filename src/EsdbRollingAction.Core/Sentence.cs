namespace EsdbRollingAction.Core;

/// <summary>
/// Puts texts together. There are two kinds: a clause (a verdict's reason, what a node waits for, what a check found) becomes part of
/// a sentence and has no full stop of its own; a message (an exception's, a failure's) is whole sentences, each with one.
/// </summary>
public static class Sentence
{
    private const string CutOff = "...";

    /// <summary>The text as part of a sentence.</summary>
    public static string Clause(string text)
    {
        var trimmed = text.TrimEnd();
        return trimmed.EndsWith('.') && !trimmed.EndsWith(CutOff, StringComparison.Ordinal) ? trimmed.TrimEnd('.') : trimmed;
    }

    /// <inheritdoc cref="Clause(string)"/>
    public static string? ClauseOrNull(string? text) => text is null ? null : Clause(text);

    /// <inheritdoc cref="Ended(string)"/>
    public static string? EndedOrNull(string? text) => text is null ? null : Ended(text);

    /// <summary>The text as whole sentences.</summary>
    public static string Ended(string text) => Clause(text) switch
    {
        "" => "",
        [.., '.' or '!' or '?' or '…'] ended => ended,
        [.., '.' or '!' or '?', '"' or '\'' or ')'] ended => ended,
        var clause => $"{clause}.",
    };

    /// <summary>One sentence after the other; what is not said is left out.</summary>
    public static string Join(params IEnumerable<string?> texts) =>
        string.Join(' ', texts.OfType<string>().Select(Ended).Where(text => text.Length > 0));

    /// <summary>The text with this after it, unless it says so already: what EC2 answers each time is said once.</summary>
    public static string JoinOnce(string? text, string more) =>
        text?.Contains(Clause(more), StringComparison.Ordinal) == true ? Ended(text) : Join(text, more);

    /// <summary>What is so of whom: a subject and what its verdict says of it.</summary>
    /// <param name="subject">Such as a node's name.</param>
    /// <param name="predicate">Begins with a verb, such as <c>refused the connection</c>.</param>
    public static string Of(string subject, string predicate) => $"{subject} {Clause(predicate)}";
}
