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
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw new NodeUnreachableException(node, "answered something that is not a list of options");
            }

            var size = Number(node, document.RootElement, "ClusterSize");
            return size is > 0
                ? new NodeOptions(size.Value, Number(node, document.RootElement, "NodePriority") ?? 0)
                : throw new NodeUnreachableException(node, "does not tell its `ClusterSize`, so the cluster's majority is not known");
        }

        // InvalidOperationException is the document's way to say that a text is no UTF-8 or half a surrogate pair.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new NodeUnreachableException(node, "answered something that is not a list of options", e);
        }
    }

    private static int? Number(NodeEndpoint node, JsonElement options, string name)
    {
        var value = options.EnumerateArray().Where(option => IsNamed(option, name)).Select(Value).FirstOrDefault();
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new NodeUnreachableException(node, $"tells a `{name}` that is not a whole number");
    }

    private static bool IsNamed(JsonElement option, string name) =>
        option.ValueKind == JsonValueKind.Object
        && option.TryGetProperty("name"u8, out var found)
        && found.ValueKind == JsonValueKind.String
        && found.ValueEquals(name);

    private static string? Value(JsonElement option)
    {
        if (!option.TryGetProperty("value"u8, out var value))
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null => null,
            _ => value.GetRawText(),
        };
    }
}
