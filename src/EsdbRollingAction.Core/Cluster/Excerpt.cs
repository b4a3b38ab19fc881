using System.Text;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Foreign text made fit for one line of a log: short, printable ASCII.</summary>
internal static class Excerpt
{
    /// <summary>The beginning of what a node sent.</summary>
    public static string OfAnswer(ReadOnlySpan<byte> utf8)
    {
        var begin = utf8[..Math.Min(utf8.Length, 400)];
        return Of(Encoding.UTF8.GetString(begin), longest: 100);
    }

    /// <summary>A name in a certificate.</summary>
    public static string OfName(string name) => Of(name, longest: 100);

    /// <summary>What the runtime says of a failed connection.</summary>
    public static string Of(Exception e) => Of(e.Message, longest: 200);

    /// <summary>What somebody else wrote, such as EC2; nothing for null.</summary>
    public static string OfText(string? text) => Of(text?.Trim() ?? "", longest: 200);

    /// <summary>What a program or a service said, which may be of many lines.</summary>
    public static string OfLines(string text) => Of(text.ReplaceLineEndings(" ").Trim(), longest: 300);

    private static string Of(string text, int longest)
    {
        var isCut = text.Length > longest;
        var kept = isCut ? text[..(longest - 3)] : text;
        var printable = kept.Select(letter => letter is >= ' ' and <= '~' ? letter : '?');
        return string.Concat(printable) + (isCut ? "..." : "");
    }
}
