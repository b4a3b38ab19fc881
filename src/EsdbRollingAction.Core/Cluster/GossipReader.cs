using System.Globalization;
using System.Text.Json;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Reads an answer to <c>GET /gossip</c> straight from its bytes: it is read tens of thousands of times an hour. Fields that are not
/// known are skipped, since they come and go between versions; fields that the roll decides by must be there.
/// </summary>
internal static class GossipReader
{
    /// <exception cref="NodeUnreachableException">The answer is not gossip.</exception>
    public static GossipAnswer Read(NodeEndpoint node, ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            var answer = ReadAnswer(ref reader);

            // Throws when something follows the answer.
            reader.Read();
            return answer;
        }
        catch (FormatException e)
        {
            throw new NodeUnreachableException(node, $"answered something that is not gossip: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new NodeUnreachableException(node, $"answered something that is not gossip: {Begin(utf8)}", e);
        }
    }

    private static GossipAnswer ReadAnswer(ref Utf8JsonReader reader)
    {
        reader.Read();
        GossipField.Expect(reader.TokenType == JsonTokenType.StartObject, "it is no JSON object");

        List<GossipMember>? members = null;
        string? host = null;
        var port = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("members"u8))
            {
                members = ReadMembers(ref reader);
            }
            else if (reader.ValueTextEquals("serverIp"u8))
            {
                host = GossipField.Text(ref reader, "serverIp");
            }
            else if (reader.ValueTextEquals("serverPort"u8))
            {
                port = GossipField.Port(ref reader, "serverPort");
            }
            else
            {
                GossipField.Skip(ref reader);
            }
        }

        GossipField.Expect(members is not null, "`members` is missing");
        GossipField.Expect(!string.IsNullOrEmpty(host), "`serverIp` is missing");
        GossipField.Expect(port > 0, "`serverPort` is missing");
        return new GossipAnswer(members!, new NodeEndpoint(host!, port));
    }

    private static List<GossipMember> ReadMembers(ref Utf8JsonReader reader)
    {
        reader.Read();
        GossipField.Expect(reader.TokenType == JsonTokenType.StartArray, "`members` is no array");

        var members = new List<GossipMember>(8);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var number = (members.Count + 1).ToString(CultureInfo.InvariantCulture);
            GossipField.Expect(reader.TokenType == JsonTokenType.StartObject, $"member {number} is no object");
            members.Add(GossipMemberReader.Read(ref reader));
        }

        return members;
    }

    private static string Begin(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? "nothing at all" : Excerpt.OfAnswer(utf8);
}
