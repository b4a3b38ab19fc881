namespace EsdbRollingAction.Core;

/// <summary>The rolling update ends here, for a reason that users and workflows can tell apart.</summary>
/// <param name="reason">The reason, which decides the exit code.</param>
/// <param name="message">One or two sentences for the person who reads the log: what happened, to which node, what to do.</param>
/// <param name="innerException">What caused it, if anything did.</param>
public sealed class RollingUpdateException(FailureReason reason, string message, Exception? innerException = null)
    : Exception(Sentence.Ended(message), innerException)
{
    /// <summary>The reason, which decides the exit code.</summary>
    public FailureReason Reason { get; } = reason;

    /// <summary>What is said of a refusal, as long as it is so.</summary>
    public const string NothingWasChanged = "Nothing was changed.";

    /// <summary>Whether it is the state that is refused: another one, or none, would be accepted.</summary>
    public bool IsAboutState { get; init; }

    /// <summary>Whether the update had begun: what was changed before stays.</summary>
    public bool IsMidway { get; init; }

    /// <summary>The run that holds the cluster's lease instead, as its lease names it; null where none does.</summary>
    public string? OtherRun { get; init; }

    /// <summary>Whether that run cannot be told that it is taken over from.</summary>
    public bool IsOtherRunDeaf { get; init; }

    /// <summary>What the message says one after the other, where it says several things: a line for each where there is room.</summary>
    public MessageList? List { get; private init; }

    /// <summary>The same of several things at once.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="heading">What is so of them: ends with a colon.</param>
    /// <param name="items">Each a message.</param>
    public static RollingUpdateException Of(FailureReason reason, string heading, IReadOnlyList<string> items)
    {
        // It is said once, of all of them.
        List<string> each = [.. items.Select(item => item.Replace(NothingWasChanged, "", StringComparison.Ordinal))];
        return new RollingUpdateException(reason, Sentence.Join([.. each, NothingWasChanged]))
        {
            List = each.Count > 1 ? new MessageList(heading, each) : null,
        };
    }

    /// <summary>What is configured cannot be used, and nothing was begun.</summary>
    internal static RollingUpdateException InvalidInput(string why) =>
        new(FailureReason.InvalidInput, $"{Sentence.Ended(why)} {NothingWasChanged}");

    /// <summary>The same, in the middle of an update.</summary>
    internal RollingUpdateException Midway() => new(Reason, With("Nothing new was begun."), this) { IsMidway = true };

    /// <summary>The same, when something was done before it.</summary>
    /// <param name="done">What, a sentence.</param>
    internal RollingUpdateException Saying(string done) => new(Reason, With(done), this) { IsAboutState = IsAboutState };

    /// <summary>The message, with this instead of that nothing was changed.</summary>
    private string With(string instead) => Message.Contains(NothingWasChanged, StringComparison.Ordinal)
        ? Message.Replace(NothingWasChanged, instead, StringComparison.Ordinal)
        : $"{Message} {instead}";
}

/// <summary>Several things of a kind.</summary>
/// <param name="Heading">What is so of them: ends with a colon.</param>
/// <param name="Items">Each a message.</param>
public sealed record MessageList(string Heading, IReadOnlyList<string> Items);
