using System.Text.Json;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Reads one member of gossip; the reader stands on its opening brace and ends on the closing one. A member that is not understood
/// says nothing of the others.
/// </summary>
internal static class GossipMemberReader
{
    /// <returns>The member, or what is wrong with it.</returns>
    public static (GossipMember? Member, UnreadableMember? Unreadable) Read(ref Utf8JsonReader reader)
    {
        var fields = default(Fields);
        string? wrong = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            try
            {
                ReadField(ref reader, ref fields);
            }

            // InvalidOperationException is the reader's way to say that a text is half a surrogate pair.
            catch (Exception e) when (e is FormatException or InvalidOperationException)
            {
                wrong ??= e is FormatException ? e.Message : "a name or value is not text";
                reader.Skip();
            }
        }

        try
        {
            return wrong is null ? (fields.ToMember(), null) : (null, new UnreadableMember(fields.Endpoint, wrong));
        }
        catch (FormatException e)
        {
            return (null, new UnreadableMember(fields.Endpoint, e.Message));
        }
    }

    private static void ReadField(ref Utf8JsonReader reader, ref Fields fields)
    {
        if (reader.ValueTextEquals("instanceId"u8))
        {
            fields.InstanceId = GossipField.Id(ref reader, "instanceId");
        }
        else if (reader.ValueTextEquals("state"u8))
        {
            fields.State = NodeStateName.Read(ref reader);
        }
        else if (reader.ValueTextEquals("isAlive"u8))
        {
            fields.IsAlive = GossipField.Flag(ref reader, "isAlive");
        }
        else if (reader.ValueTextEquals("httpEndPointIp"u8))
        {
            fields.Host = GossipField.Text(ref reader, "httpEndPointIp");
        }
        else if (reader.ValueTextEquals("httpEndPointPort"u8))
        {
            fields.Port = GossipField.Port(ref reader, "httpEndPointPort");
        }
        else if (reader.ValueTextEquals("internalTcpIp"u8))
        {
            fields.InternalTcp = GossipField.Text(ref reader, "internalTcpIp");
        }
        else if (reader.ValueTextEquals("internalHttpEndPointIp"u8))
        {
            fields.InternalHttp = GossipField.Text(ref reader, "internalHttpEndPointIp");
        }
        else if (reader.ValueTextEquals("writerCheckpoint"u8))
        {
            fields.WriterCheckpoint = GossipField.Long(ref reader, "writerCheckpoint");
        }
        else if (reader.ValueTextEquals("nodePriority"u8))
        {
            fields.NodePriority = GossipField.Int(ref reader, "nodePriority");
        }
        else if (reader.ValueTextEquals("isReadOnlyReplica"u8))
        {
            fields.IsReadOnlyReplica = GossipField.Flag(ref reader, "isReadOnlyReplica");
        }
        else
        {
            GossipField.Skip(ref reader);
        }
    }

    private struct Fields
    {
        public Guid? InstanceId;
        public NodeState? State;
        public bool? IsAlive;
        public string? Host;
        public int? Port;
        public string? InternalTcp;
        public string? InternalHttp;
        public long? WriterCheckpoint;
        public int? NodePriority;
        public bool? IsReadOnlyReplica;

        public readonly NodeEndpoint? Endpoint =>
            Host is not null && Port is { } port && HostName.IsValid(Host) ? new NodeEndpoint(Host, port) : null;

        public readonly GossipMember ToMember()
        {
            var host = Required(Host, "httpEndPointIp");
            return new GossipMember(
                Required(InstanceId, "instanceId"),
                Required(State, "state"),
                Required(IsAlive, "isAlive"),
                HostName.IsValid(host)
                    ? new NodeEndpoint(host, Required(Port, "httpEndPointPort"))
                    : throw GossipField.Wrong("httpEndPointIp", "a host"),
                InternalAddresses(host),
                Required(WriterCheckpoint, "writerCheckpoint"),
                Required(NodePriority, "nodePriority"),
                Required(IsReadOnlyReplica, "isReadOnlyReplica"));
        }

        private readonly IReadOnlyList<string> InternalAddresses(string host) => (News(InternalTcp, host), News(InternalHttp, host)) switch
        {
            (null, null) => [],
            (null, { } http) => [http],
            ({ } tcp, null) => [tcp],
            ({ } tcp, { } http) => Same(tcp, http) ? [tcp] : [tcp, http],
        };

        private static string? News(string? address, string host) => string.IsNullOrEmpty(address) || Same(address, host) ? null : address;

        private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

        private static T Required<T>(T? value, string name)
            where T : struct => value ?? throw new FormatException($"a member has no `{name}`");

        private static string Required(string? value, string name) => value ?? throw new FormatException($"a member has no `{name}`");
    }
}
