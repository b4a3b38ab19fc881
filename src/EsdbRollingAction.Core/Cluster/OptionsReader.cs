using System.Globalization;
using System.Text.Json;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Reads an answer to <c>GET /info/options</c>: an array of <c>{"name":…,"value":…}</c>.</summary>
/// <remarks>Errors quote nothing of the answer: it lists the node's configuration.</remarks>
internal static class OptionsReader
{
    /// <exception cref="NodeUnreachableException">The answer is not a list of options, or names no cluster size.</exception>
    public static NodeOptions Read(NodeEndpoint node, ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            var options = document.RootElement.EnumerateArray().Where(option => option.ValueKind is JsonValueKind.Object).ToList();
            return Number(node, options, "ClusterSize") is > 0 and var size
                ? new NodeOptions(size, Number(node, options, "NodePriority") ?? 0) { All = [.. options.Select(Option)] }
                : throw new NodeUnreachableException(node, "does not tell its `ClusterSize`, so the cluster's majority is not known");
        }

        // InvalidOperationException: not an array, or a text that is half a surrogate pair.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new NodeUnreachableException(node, "answered something that is not a list of options", e);
        }
    }

    private static int? Number(NodeEndpoint node, List<JsonElement> options, string name)
    {
        var option = options.Find(option => Text(option, "name") == name);
        var value = option.ValueKind is JsonValueKind.Object && option.TryGetProperty("value", out var found) ? found.ToString() : "";
        if (value.Length == 0)
        {
            return null;
        }

        return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new NodeUnreachableException(node, $"tells a `{name}` that is not a whole number");
    }

    private static ServerOption Option(JsonElement option) => new(Text(option, "name") ?? "", Text(option, "configurationSource"));

    private static string? Text(JsonElement option, string name) =>
        option.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.String ? found.GetString() : null;
}
