namespace EsdbRollingAction.Core;

/// <summary>What a check says of the update.</summary>
public enum CheckOutcome
{
    /// <summary>It is as it should be.</summary>
    Passed,

    /// <summary>Worth knowing, or could not be checked; it stands in nobody's way.</summary>
    Note,

    /// <summary>The update goes on, and somebody should have wanted that.</summary>
    Warning,

    /// <summary>The update is refused.</summary>
    Refused,
}

/// <summary>One check before the first act.</summary>
/// <param name="Name">The check's name, such as <c>RootVolumeIsEbs</c>.</param>
/// <param name="Found">What was found, in words that can stand alone.</param>
/// <param name="Outcome">What that means for the update.</param>
/// <param name="Advice">What to do about it, a sentence; null when there is nothing to do.</param>
public sealed record Check(string Name, string Found, CheckOutcome Outcome, string? Advice = null)
{
    /// <summary>What was found: a clause, without a full stop.</summary>
    public string Found { get; init => field = Sentence.Clause(value); } = Sentence.Clause(Found);

    /// <summary>What to do about it: a clause, without a full stop.</summary>
    public string? Advice { get; init => field = Sentence.ClauseOrNull(value); } = Sentence.ClauseOrNull(Advice);

    /// <summary>What was found, and what to do about it.</summary>
    public string Text => Advice is null ? Found : $"{Found}. {Advice}";

    /// <summary>It is as it should be.</summary>
    public static Check Passed(string name, string found) => new(name, found, CheckOutcome.Passed);

    /// <summary>Worth knowing.</summary>
    public static Check Note(string name, string found, string? advice = null) => new(name, found, CheckOutcome.Note, advice);

    /// <summary>Could not be checked: no reason to refuse.</summary>
    public static Check NotChecked(string name, string why) => new(name, $"not checked: {why}", CheckOutcome.Note);

    /// <summary>The update goes on, and somebody should have wanted that.</summary>
    public static Check Warning(string name, string found, string? advice = null) => new(name, found, CheckOutcome.Warning, advice);

    /// <summary>The update is refused.</summary>
    public static Check Refused(string name, string found, string? advice = null) => new(name, found, CheckOutcome.Refused, advice);

    /// <summary>Refused, unless an input allows it.</summary>
    public static Check RefusedUnless(bool allowed, string name, string found, string advice) =>
        allowed ? Warning(name, $"{found}, which is allowed") : Refused(name, found, advice);
}
