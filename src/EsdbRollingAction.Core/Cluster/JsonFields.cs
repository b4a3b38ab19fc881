using System.Text.Json;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Reads fields of a node's JSON. What is JSON but not what was asked for is a <see cref="FormatException"/>, whose message is made
/// of constants only, so that nothing foreign reaches the log.
/// </summary>
internal static class JsonFields
{
    /// <returns>The text; null where there is none.</returns>
    public static string? Text(this JsonElement parent, string name)
    {
        try
        {
            return parent.TryGetProperty(name, out var field) ? field.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Not a string, or one that holds half a surrogate pair.
            throw Wrong(name, "text");
        }
    }

    public static bool Flag(this JsonElement parent, string name) => parent.Field(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(name, "true or false"),
    };

    public static long Long(this JsonElement parent, string name)
    {
        var field = parent.Field(name);
        return field.ValueKind is JsonValueKind.Number && field.TryGetInt64(out var number) ? number : throw Wrong(name, "a whole number");
    }

    public static int Int(this JsonElement parent, string name)
    {
        var number = parent.Long(name);
        return number is >= int.MinValue and <= int.MaxValue ? (int)number : throw Wrong(name, "a whole number");
    }

    public static int Port(this JsonElement parent, string name)
    {
        var port = parent.Int(name);
        return port is > 0 and <= 65535 ? port : throw Wrong(name, "a port from 1 to 65535");
    }

    public static Guid Id(this JsonElement parent, string name)
    {
        var field = parent.Field(name);
        return field.ValueKind is JsonValueKind.String && field.TryGetGuid(out var id) ? id : throw Wrong(name, "a GUID");
    }

    public static JsonElement Field(this JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var field) ? field : throw Missing(name);

    public static FormatException Missing(string name) => new($"`{name}` is missing");

    public static FormatException Wrong(string name, string expected) => new($"`{name}` is not {expected}");
}
