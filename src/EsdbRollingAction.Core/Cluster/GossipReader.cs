using System.Text.Json;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Reads an answer to <c>GET /gossip</c>. Fields that are not known are skipped, since they come and go between versions; a member
/// without the fields that the roll decides by is unreadable, and says nothing of the others.
/// </summary>
internal static class GossipReader
{
    private static readonly Dictionary<string, NodeState> States =
        Enum.GetValues<NodeState>().ToDictionary(state => state.ToString(), StringComparer.Ordinal);

    private static readonly string[] InternalNames = ["internalTcpIp", "internalHttpEndPointIp"];

    /// <exception cref="NodeUnreachableException">The answer is not gossip.</exception>
    public static GossipAnswer Read(NodeEndpoint node, ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return ReadAnswer(document.RootElement);
        }
        catch (FormatException e)
        {
            throw NotGossip(node, e.Message, e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NotGossip(node, utf8.IsEmpty ? "nothing at all" : Excerpt.OfAnswer(utf8.Span), e);
        }
    }

    private static GossipAnswer ReadAnswer(JsonElement answer)
    {
        if (answer.ValueKind is not JsonValueKind.Object)
        {
            throw new FormatException("it is no JSON object");
        }

        var list = answer.Field("members");
        if (list.ValueKind is not JsonValueKind.Array)
        {
            throw new FormatException("`members` is no array");
        }

        var members = new List<GossipMember>(list.GetArrayLength());
        var unreadable = new List<UnreadableMember>();
        foreach (var element in list.EnumerateArray())
        {
            try
            {
                members.Add(ReadMember(element, members.Count + unreadable.Count + 1));
            }
            catch (Exception e) when (IsMalformed(e))
            {
                unreadable.Add(new UnreadableMember(EndpointOrNull(element), WhyMalformed(e)));
            }
        }

        return members.Count == 0 && unreadable.Count > 0
            ? throw new FormatException(unreadable[0].Why)
            : new GossipAnswer(members) { Unreadable = unreadable };
    }

    private static GossipMember ReadMember(JsonElement member, int number)
    {
        if (member.ValueKind is not JsonValueKind.Object)
        {
            throw new FormatException($"member {number} is no object");
        }

        var endpoint = Endpoint(member);
        return new GossipMember(
            member.Id("instanceId"),
            State(member),
            member.Flag("isAlive"),
            endpoint,
            InternalAddresses(member, endpoint.Host),
            member.Long("writerCheckpoint"),
            member.Int("nodePriority"),
            member.Flag("isReadOnlyReplica"))
        {
            Version = ServerVersion.Read(member.Text("esVersion")),
        };
    }

    private static NodeState State(JsonElement member) =>
        States.GetValueOrDefault(member.Text("state") ?? throw JsonFields.Missing("state"), NodeState.Unknown);

    private static NodeEndpoint Endpoint(JsonElement member)
    {
        var host = member.Text("httpEndPointIp") ?? throw JsonFields.Missing("httpEndPointIp");
        return HostName.IsValid(host)
            ? new NodeEndpoint(host, member.Port("httpEndPointPort"))
            : throw JsonFields.Wrong("httpEndPointIp", "a host");
    }

    private static NodeEndpoint? EndpointOrNull(JsonElement member)
    {
        try
        {
            return Endpoint(member);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return null;
        }
    }

    private static List<string> InternalAddresses(JsonElement member, string host)
    {
        List<string> addresses = [];
        foreach (var name in InternalNames)
        {
            var address = member.Text(name) ?? "";
            if (address.Length > 0 && !addresses.Prepend(host).Contains(address, StringComparer.OrdinalIgnoreCase))
            {
                addresses.Add(address);
            }
        }

        return addresses;
    }

    /// <summary>A name or value that is half a surrogate pair is an <see cref="InvalidOperationException"/>.</summary>
    private static bool IsMalformed(Exception e) => e is FormatException or InvalidOperationException;

    private static string WhyMalformed(Exception e) => e is FormatException ? e.Message : "a name or value is not text";

    private static NodeUnreachableException NotGossip(NodeEndpoint node, string why, Exception cause) =>
        new(node, $"answered something that is not gossip: {why}", cause);
}
