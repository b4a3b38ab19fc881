using System.Globalization;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// What the tag <c>esdb-rolling-update</c> on an instance says: which run works on it, and what must be known to take the
/// change back when the state file is lost. Anybody may write a tag, so nothing of it is believed that cannot be so.
/// </summary>
/// <param name="Run">The run: its page on GitHub, or the process.</param>
public sealed record NodeMark(string Run)
{
    /// <summary>What EC2 allows of a tag's value.</summary>
    public const int Longest = 256;

    /// <summary>Beside it the longest instance types, a priority and a time find room.</summary>
    private const int LongestName = 130;

    private const string AlsoAllowed = "+-=._:/@";

    /// <summary>Where the node answers.</summary>
    public NodeEndpoint? Node { get; init; }

    /// <summary>Instance type before the update.</summary>
    public string? OriginalType { get; init; }

    /// <summary>Priority in elections before the update.</summary>
    public int? OriginalPriority { get; init; }

    /// <summary>Instance type that the update gives it.</summary>
    public string? Target { get; init; }

    /// <summary>When the run last said so. A run that lives says it once a minute.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>When the run took over from another that may live, and so brings back what that one stopped; or null.</summary>
    public DateTimeOffset? TookOverAt { get; init; }

    /// <summary>Reads a tag's value; null when there is none.</summary>
    public static NodeMark? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var mark = new NodeMark("unknown");
        foreach (var range in text.AsSpan().Split(' '))
        {
            var field = text.AsSpan()[range];
            var equals = field.IndexOf('=');
            mark = equals < 0 || equals == field.Length - 1 ? mark : mark.With(field[..equals], field[(equals + 1)..]);
        }

        return mark;
    }

    /// <summary>The tag's value. What does not fit in goes: first where the node answers, then the end of the run's name.</summary>
    public override string ToString()
    {
        var facts = string.Create(CultureInfo.InvariantCulture, $" at={At?.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}{TookOverAt?.UtcDateTime:' over='yyyy-MM-ddTHH:mm:ssZ} type={Allowed(OriginalType)} target={Allowed(Target)} priority={OriginalPriority}");
        var node = $" node={Allowed(Node?.ToString())}";
        var room = Longest - facts.Length - "run=".Length;
        var run = Allowed(Run)[..Math.Min(Run.Length, Math.Max(1, room))];
        return $"run={run}{facts}{(node.Length <= room - run.Length ? node : "")}";
    }

    /// <summary>A run's name that every tag has room for, so that a run knows its own marks. The end of a page's address tells most.</summary>
    public static string NameOf(string run) => Allowed(run)[Math.Max(0, run.Length - LongestName)..];

    /// <summary>The text as it may stand in a tag.</summary>
    public static string Allowed(string? text) =>
        string.Concat((text ?? "").Select(letter => char.IsAsciiLetterOrDigit(letter) || AlsoAllowed.Contains(letter, StringComparison.Ordinal) ? letter : '_'));

    private NodeMark With(ReadOnlySpan<char> name, ReadOnlySpan<char> value) => name switch
    {
        "run" => this with { Run = value.ToString() },
        "node" => this with { Node = EndpointOf(value.ToString()) },
        "type" => this with { OriginalType = value.ToString() },
        "priority" => this with { OriginalPriority = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority) ? priority : null },
        "target" => this with { Target = value.ToString() },
        "over" => this with { TookOverAt = TimeOf(value) },
        "at" => this with { At = TimeOf(value) },
        _ => this,
    };

    private static DateTimeOffset? TimeOf(ReadOnlySpan<char> text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static NodeEndpoint? EndpointOf(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            return null;
        }

        // Brackets may not stand in a tag: around an IPv6 address they have become underscores.
        var host = text[..colon].Trim('_');
        return HostName.IsValid(host) ? new NodeEndpoint(host, port) : null;
    }
}
