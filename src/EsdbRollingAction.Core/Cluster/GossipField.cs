using System.Text.Json;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Reads the value of one field of gossip; the reader stands on the field's name. What is JSON but not gossip is a
/// <see cref="FormatException"/>, whose message is made of constants and counts.
/// </summary>
internal static class GossipField
{
    public static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <returns>The text; null for a JSON null.</returns>
    public static string? Text(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null ? TextOf(ref reader, name) : throw Wrong(name, "text");
    }

    public static bool Flag(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : throw Wrong(name, "true or false");
    }

    public static long Long(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) ? value : throw Wrong(name, "a whole number");
    }

    public static int Int(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value) ? value : throw Wrong(name, "a whole number");
    }

    public static int Port(ref Utf8JsonReader reader, string name)
    {
        var port = Int(ref reader, name);
        return port is > 0 and <= 65535 ? port : throw Wrong(name, "a port from 1 to 65535");
    }

    public static Guid Id(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String && reader.TryGetGuid(out var value) ? value : throw Wrong(name, "a GUID");
    }

    public static FormatException Wrong(string name, string expected) => new($"`{name}` is not {expected}");

    public static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException(otherwise);
        }
    }

    private static string? TextOf(ref Utf8JsonReader reader, string name)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that the bytes are no UTF-8, or half a surrogate pair.
            throw Wrong(name, "text");
        }
    }
}
