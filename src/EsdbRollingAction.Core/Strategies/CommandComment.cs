using System.Globalization;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>
/// The comment that a command is sent with. Systems Manager gives a request no token: the comment finds the command again when its answer
/// was lost, or the state file is.
/// </summary>
/// <param name="Began">When the update began, which tells one update from another.</param>
/// <param name="Digest">What is run, as the end of the update's target.</param>
/// <param name="Word">Which of the update's commands it is, such as <c>change-1</c>.</param>
internal sealed record CommandComment(DateTimeOffset Began, string Digest, string Word)
{
    private const string Prefix = "esdb-rolling-update";
    private const string Stamp = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>What Systems Manager takes.</summary>
    private const int Longest = 100;

    /// <summary>Reads a comment; null for one that is not this program's.</summary>
    public static CommandComment? Parse(string text)
    {
        var words = text.Split(' ');
        return words is [Prefix, var began, var digest, var word, ..]
            && DateTimeOffset.TryParseExact(began, Stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new CommandComment(at, digest, word)
            : null;
    }

    /// <summary>The comment of a command of this update.</summary>
    public static CommandComment Of(DateTimeOffset began, string target, string word) =>
        new(began, target[(target.LastIndexOf('@') + 1)..], word);

    /// <summary>Whether the update that makes this of a node sent it.</summary>
    public bool IsFor(string target) => target.EndsWith($"@{Digest}", StringComparison.Ordinal);

    /// <summary>Whether the update sent it that began then: the comment tells the second.</summary>
    public bool IsSince(DateTimeOffset began) => StampOf(began) == StampOf(Began);

    /// <summary>The text of it, with the name of the node.</summary>
    public string For(string node)
    {
        var text = $"{Prefix} {StampOf(Began)} {Digest} {Word} {node}";
        return text[..Math.Min(text.Length, Longest)];
    }

    private static string StampOf(DateTimeOffset at) => at.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture);
}
