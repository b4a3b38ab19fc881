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
            var info = document.RootElement;
            var isTold = info.TryGetProperty("authentication", out var how) && how.ValueKind is JsonValueKind.Object;
            return new NodeInfo(Short(info.Text("esVersion")), isTold ? Short(how.Text("type")) : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>An answer to <c>GET /admin/scavenge/current</c>, as text or JSON: an id that is empty means that none runs.</summary>
    public static bool? IsScavenging(ReadOnlySpan<byte> utf8) =>
        ScavengeId.Match(Encoding.UTF8.GetString(utf8)) is { Success: true } found ? found.Groups[1].Length > 0 : null;

    private static string? Short(string? text) => text is { Length: > 0 and <= LongestText } ? text : null;

    [GeneratedRegex("""^\W*scavengeId"?\s*:\s*"?([\w-]*)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ScavengeId { get; }
}
