using System.Text;
using CsCheck;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Cluster;

public class GossipFormatTests
{
    private const string Member =
        """
        {"instanceId":"bfc4d1ff-8479-48b6-84bb-7fd156816e51","state":"Leader","isAlive":true,"httpEndPointIp":"node1","httpEndPointPort":2113,"internalTcpIp":"10.0.0.1","writerCheckpoint":9,"nodePriority":-1,"isReadOnlyReplica":false}
        """;

    private static readonly NodeEndpoint Node = new("node1", 2113);

    [Fact]
    public void The_fields_that_matter_suffice_in_any_order_among_unknown_ones()
    {
        var answer = Read("{\"new\":{\"members\":[1]},\"serverIp\":7,\"members\":[{\"later\":[[{}]]," + Member[1..] + "]}");

        var member = Assert.Single(answer.Members);
        Assert.Equal((NodeState.Leader, 9L, -1), (member.State, member.WriterCheckpoint, member.NodePriority));
    }

    [Theory]
    [InlineData("Primary", NodeState.Unknown)]
    [InlineData("leader", NodeState.Unknown)]
    [InlineData("", NodeState.Unknown)]
    [InlineData("Le\\u0061der", NodeState.Leader)]
    public void A_state_that_is_not_known_reads_as_unknown(string name, NodeState state) =>
        Assert.Equal(state, Assert.Single(ReadMember("\"Leader\"", $"\"{name}\"").Members).State);

    [Theory]
    [InlineData("\"internalTcpIp\":\"10.0.0.1\"", "10.0.0.1")]
    [InlineData("\"internalTcpIp\":\"NODE1\"", "")]
    [InlineData("\"internalTcpIp\":\"\"", "")]
    [InlineData("\"internalTcpIp\":null", "")]
    [InlineData("\"x\":1", "")]
    [InlineData("\"internalTcpIp\":\"a\",\"internalHttpEndPointIp\":\"A\"", "a")]
    [InlineData("\"internalTcpIp\":\"a\",\"internalHttpEndPointIp\":\"b\"", "a b")]
    [InlineData("\"internalTcpIp\":\"node1\",\"internalHttpEndPointIp\":\"b\"", "b")]
    public void Internal_addresses_are_those_that_differ_from_the_advertised_one(string fields, string addresses) =>
        Assert.Equal(addresses, string.Join(' ', Assert.Single(ReadMember("\"internalTcpIp\":\"10.0.0.1\"", fields).Members).InternalAddresses));

    [Theory]
    [InlineData("", "nothing at all")]
    [InlineData("<html>\r\n\u001b[31mnot here\u202e", "<html>???[31mnot here?")]
    [InlineData("{\"members\":[", "{\"members\":[")]
    [InlineData("{\"members\":[],\"serverIp\":\"a\",\"serverPort\":1} {}", "{\"members\":[]")]
    [InlineData("[]", "it is no JSON object")]
    [InlineData("null", "it is no JSON object")]
    [InlineData("{}", "`members` is missing")]
    [InlineData("{\"members\":null}", "`members` is no array")]
    [InlineData("{\"members\":{}}", "`members` is no array")]
    [InlineData("{\"members\":[null]}", "member 1 is no object")]
    public void What_is_not_gossip_is_no_answer(string body, string sentence) => AssertRefused(body, sentence);

    [Theory]
    [InlineData("\"bfc4d1ff-8479-48b6-84bb-7fd156816e51\"", "\"1\"", "`instanceId` is not a GUID")]
    [InlineData("\"Leader\"", "3", "`state` is not text")]
    [InlineData("true", "\"true\"", "`isAlive` is not true or false")]
    [InlineData("2113", "65536", "`httpEndPointPort` is not a port from 1 to 65535")]
    [InlineData("2113", "0", "`httpEndPointPort` is not a port from 1 to 65535")]
    [InlineData("2113", "99999999999", "`httpEndPointPort` is not a whole number")]
    [InlineData("\"node1\"", "\"\"", "`httpEndPointIp` is not a host")]
    [InlineData("\"node1\"", "\"node1/x?\"", "`httpEndPointIp` is not a host")]
    [InlineData("\"node1\"", "\"admin@node1\"", "`httpEndPointIp` is not a host")]
    [InlineData("\"node1\"", "null", "`httpEndPointIp` is missing")]
    [InlineData("\"writerCheckpoint\":9", "\"writerCheckpoint\":9.5", "`writerCheckpoint` is not a whole number")]
    [InlineData("-1", "null", "`nodePriority` is not a whole number")]
    [InlineData("-1", "-99999999999", "`nodePriority` is not a whole number")]
    [InlineData("\"10.0.0.1\"", "[]", "`internalTcpIp` is not text")]
    [InlineData("\"instanceId\"", "\"x\"", "`instanceId` is missing")]
    [InlineData("\"state\"", "\"x\"", "`state` is missing")]
    [InlineData("\"isAlive\"", "\"x\"", "`isAlive` is missing")]
    [InlineData("\"httpEndPointPort\"", "\"x\"", "`httpEndPointPort` is missing")]
    [InlineData("\"writerCheckpoint\"", "\"x\"", "`writerCheckpoint` is missing")]
    [InlineData("\"nodePriority\"", "\"x\"", "`nodePriority` is missing")]
    [InlineData("\"isReadOnlyReplica\"", "\"x\"", "`isReadOnlyReplica` is missing")]
    public void A_member_without_the_fields_that_the_roll_decides_by_is_no_answer(string replace, string by, string sentence) =>
        AssertRefused(Body(Member.Replace(replace, by, StringComparison.Ordinal)), sentence);

    [Theory]
    [InlineData("null", "member 2 is no object", false)]
    [InlineData("[{}]", "member 2 is no object", false)]
    [InlineData("{}", "`httpEndPointIp` is missing", false)]
    [InlineData("\"state\":[{\"x\":1}]", "`state` is not text", true)]
    [InlineData("\"isAlive\":null", "`isAlive` is not true or false", true)]
    [InlineData("\"writerCheckpoint\":1.5", "`writerCheckpoint` is not a whole number", true)]
    [InlineData("\"instanceId\":{\"a\":[]}", "`instanceId` is not a GUID", true)]
    [InlineData("\"nodePriority\":\"1\"", "`nodePriority` is not a whole number", true)]
    [InlineData("\"state\":\"\\ud800abcdefgh\"", "`state` is not text", true)]
    [InlineData("\"\\ud800abcdefgh\":1", "a name or value is not text", true)]
    public void A_malformed_member_is_unknown_and_the_others_are_read(string malformed, string why, bool isPlaceKnown)
    {
        var rest = Member[1..].Replace("node1", "node2", StringComparison.Ordinal).Replace("2113", "2114", StringComparison.Ordinal);
        var second = malformed.StartsWith('"')
            ? $$"""{{{rest[..^1]}},{{malformed}}}"""
            : malformed;
        var third = Member.Replace("node1", "node3", StringComparison.Ordinal);

        var answer = Read($$"""{"members":[{{Member}},{{second}},{{third}}],"serverIp":"node1","serverPort":2113}""");

        Assert.Equal(["node1", "node3"], answer.Members.Select(member => member.Endpoint.Host));
        Assert.Equal(new UnreadableMember(isPlaceKnown ? new NodeEndpoint("node2", 2114) : null, why), Assert.Single(answer.Unreadable));
    }

    [Theory]
    [InlineData("""{"members":[{"\ud800abcdefgh":1}],"serverIp":"a","serverPort":1}""")]
    [InlineData("""{"members":[{"state":"\ud800abcdefgh"}],"serverIp":"a","serverPort":1}""")]
    public void Half_a_surrogate_is_no_answer(string body) =>
        Assert.Throws<NodeUnreachableException>(() => GossipReader.Read(new NodeEndpoint("a", 2113), System.Text.Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void No_answer_cut_off_anywhere_is_read()
    {
        var body = Body(Member);
        for (var length = 0; length < body.Length; length++)
        {
            Assert.Throws<NodeUnreachableException>(() => Read(body[..length]));
        }
    }

    [Fact]
    public void No_damaged_answer_does_more_harm_than_no_answer()
    {
        var body = Fixture.Body("kurrentdb-26.1.0/gossip-just-started.json");
        Gen.Select(Gen.Int[0, body.Length - 1], Gen.Byte).Array[1, 5].Sample(
            damages =>
            {
                var damaged = body.ToArray();
                foreach (var (at, value) in damages)
                {
                    damaged[at] = value;
                }

                var error = Record.Exception(() => GossipReader.Read(Node, damaged));
                Assert.True(error is null or NodeUnreachableException, error?.ToString());
                Assert.DoesNotContain(error?.Message ?? "", char.IsControl);
            },
            iter: Extent.Of(2_000, 20_000));
    }

    [Fact]
    public void What_a_log_shows_of_foreign_text_is_short()
    {
        var error = Assert.Throws<NodeUnreachableException>(() => Read(new string('x', 100_000)));

        Assert.EndsWith(": " + new string('x', 97) + "...", error.What, StringComparison.Ordinal);
    }

    private static void AssertRefused(string body, string sentence)
    {
        var error = Assert.Throws<NodeUnreachableException>(() => Read(body));

        Assert.StartsWith($"{Node} ", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("answered something that is not gossip: ", error.What, StringComparison.Ordinal);
        Assert.Contains(sentence, error.What, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    private static string Body(string member) => $$"""{"members":[{{member}}],"serverIp":"node1","serverPort":2113}""";

    private static GossipAnswer ReadMember(string replace, string by) => Read(Body(Member.Replace(replace, by, StringComparison.Ordinal)));

    private static GossipAnswer Read(string body) => GossipReader.Read(Node, Encoding.UTF8.GetBytes(body));
}
