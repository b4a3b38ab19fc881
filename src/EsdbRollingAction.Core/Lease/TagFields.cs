using System.Globalization;

namespace EsdbRollingAction.Core.Lease;

/// <summary>A tag's value as <c>name=value</c> pairs. Anybody may write a tag, so nothing of it is believed that cannot be so.</summary>
internal sealed class TagFields
{
    /// <summary>What EC2 allows of a tag's value.</summary>
    public const int Longest = 256;

    private const string AlsoAllowed = "+-=._:/@";

    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);

    /// <summary>Reads a tag's value.</summary>
    public TagFields(string text)
    {
        foreach (var pair in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=', 2) is [var name, { Length: > 0 } value])
            {
                fields[name] = value;
            }
        }
    }

    public string? Text(string name) => fields.GetValueOrDefault(name);

    public int? Number(string name) =>
        int.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public DateTimeOffset? Time(string name) =>
        DateTimeOffset.TryParse(Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The text as it may stand in a tag.</summary>
    public static string Allowed(string? text) => string.Concat((text ?? "").Select(letter => IsAllowed(letter) ? letter : '_'));

    private static bool IsAllowed(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || AlsoAllowed.Contains(letter, StringComparison.Ordinal);
}
