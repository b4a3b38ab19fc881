using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Reads answers that only the checks need. One that is not understood tells nothing.</summary>
internal static partial class NodeFactsReader
{
    private const int LongestText = 40;

    /// <summary>The version and the kind of authentication in an answer to <c>GET /info</c>.</summary>
    public static NodeInfo? Info(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return document.RootElement is { ValueKind: JsonValueKind.Object } info
                ? new NodeInfo(Text(info, "esVersion"), Property(info, "authentication") is { } how ? Text(how, "type") : null)
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

    private static string? Text(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 and <= LongestText } found
            ? found
            : null;

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) ? found : null;

    [GeneratedRegex("""^\W*scavengeId"?\s*:\s*"?([\w-]*)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ScavengeId();
}
