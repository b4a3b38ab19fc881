using System.Text;
using System.Text.Json;

namespace EsdbRollingAction.Tests.Cluster;

/// <summary>Answers of real databases; see Fixtures/README.md.</summary>
internal static class Fixture
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    public static byte[] Body(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    public static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>The looks of a timeline that were answered, in their order.</summary>
    public static IReadOnlyList<Look> Timeline(string name) => [.. File.ReadLines(Path.Combine(Folder, name)).Select(ToLook).OfType<Look>()];

    public static IEnumerable<string> AllBodies() =>
        Directory.EnumerateFiles(Folder, "*gossip*.json", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path));

    private static Look? ToLook(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("gossip", out var gossip) && gossip.ValueKind == JsonValueKind.Object
            ? new Look(
                document.RootElement.GetProperty("t").GetDouble(),
                document.RootElement.GetProperty("from").GetString()!,
                Encoding.UTF8.GetBytes(gossip.GetRawText()))
            : null;
    }
}

/// <param name="Seconds">When, from the timeline's beginning.</param>
/// <param name="From">Who was asked.</param>
/// <param name="Body">What it answered.</param>
internal sealed record Look(double Seconds, string From, byte[] Body);
