using System.Text.Json;
using System.Text.Json.Serialization;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Members as the server that answers writes them, in its version.</summary>
internal static class GossipJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(IReadOnlyList<Member> members, Member self, DateTimeOffset now, TimeSpan modelNow, double timeScale) =>
        JsonSerializer.Serialize(
            new
            {
                Members = members.Select(member => Of(member, self.EsVersion, now - ((modelNow - member.TimeStamp) / timeScale))),
                ServerIp = self.Address,
                ServerPort = self.Port,
            },
            Options);

    private static object Of(Member member, string version, DateTimeOffset timeStamp) => new
    {
        member.InstanceId,
        TimeStamp = timeStamp.UtcDateTime,
        member.State,
        member.IsAlive,
        InternalTcpIp = member.Address,
        InternalTcpPort = 1112,
        InternalSecureTcpPort = 0,
        ExternalTcpIp = member.Address,
        ExternalTcpPort = 1113,
        ExternalSecureTcpPort = 0,
        InternalHttpEndPointIp = ServerVersions.TellsInternalHttp(version) ? member.Address : null,
        InternalHttpEndPointPort = ServerVersions.TellsInternalHttp(version) ? member.Port : (int?)null,
        HttpEndPointIp = member.Address,
        HttpEndPointPort = member.Port,
        LastCommitPosition = Math.Max(-1, member.WriterCheckpoint - 185),
        member.WriterCheckpoint,
        ChaserCheckpoint = member.WriterCheckpoint,
        EpochPosition = 0,
        member.EpochNumber,
        EpochId = new Guid(member.EpochNumber + 1, 0x6a8a, 0x4d34, 0x82, 0x4f, 0xbd, 0x68, 0x52, 0xe2, 0x03, 0x25),
        member.NodePriority,
        member.IsReadOnlyReplica,
        EsVersion = ServerVersions.TellsInGossip(version) ? Told(member.EsVersion) : null,
    };

    /// <summary>An old server tells the others nothing of its version.</summary>
    private static string Told(string version) =>
        ServerVersions.IsVersion(version) && !ServerVersions.TellsInGossip(version) ? ServerVersions.NotTold : version;
}
