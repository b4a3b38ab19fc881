using System.Globalization;
using System.Text.Json;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Reads an answer to <c>GET /gossip</c> straight from its bytes: it is read tens of thousands of times an hour. Fields that are not
/// known are skipped, since they come and go between versions; a member without the fields that the roll decides by is unknown.
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
        List<UnreadableMember> unreadable = [];
        string? host = null;
        var port = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("members"u8))
            {
                members = ReadMembers(ref reader, unreadable);
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
        GossipField.Expect(members!.Count > 0 || unreadable.Count == 0, unreadable.Count == 0 ? "" : unreadable[0].Why);
        GossipField.Expect(!string.IsNullOrEmpty(host), "`serverIp` is missing");
        GossipField.Expect(port > 0, "`serverPort` is missing");
        return new GossipAnswer(members, new NodeEndpoint(host!, port)) { Unreadable = unreadable };
    }

    private static List<GossipMember> ReadMembers(ref Utf8JsonReader reader, List<UnreadableMember> unreadable)
    {
        reader.Read();
        GossipField.Expect(reader.TokenType == JsonTokenType.StartArray, "`members` is no array");

        var members = new List<GossipMember>(8);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                var number = (members.Count + unreadable.Count + 1).ToString(CultureInfo.InvariantCulture);
                unreadable.Add(new UnreadableMember(null, $"member {number} is no object"));
                reader.Skip();
            }
            else
            {
                var (member, malformed) = GossipMemberReader.Read(ref reader);
                if (member is not null)
                {
                    members.Add(member);
                }

                if (malformed is not null)
                {
                    unreadable.Add(malformed);
                }
            }
        }

        return members;
    }

    private static string Begin(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? "nothing at all" : Excerpt.OfAnswer(utf8);
}
