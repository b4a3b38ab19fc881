using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Reads answers that only the checks need. One that is not understood tells nothing.</summary>
internal static partial class NodeFactsReader
{
    private const int LongestVersion = 40;

    /// <summary>The <c>esVersion</c> of an answer to <c>GET /info</c>.</summary>
    public static string? Version(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("esVersion"u8, out var version)
                && version.ValueKind == JsonValueKind.String
                && version.GetString() is { Length: > 0 and <= LongestVersion } text
                ? text
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>An answer to <c>GET /admin/scavenge/current</c>, as text or JSON: an id that is empty means that none runs.</summary>
    public static bool? IsScavenging(ReadOnlySpan<byte> utf8) =>
        ScavengeId().Match(Encoding.UTF8.GetString(utf8)) is { Success: true } found ? found.Groups[1].Length > 0 : null;

    [GeneratedRegex("""^\W*scavengeId"?\s*:\s*"?([\w-]*)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ScavengeId();
}
