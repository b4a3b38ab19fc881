using System.Text;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Cluster;

public class OptionsReaderTests
{
    [Theory]
    [InlineData("""[{"name":"ClusterSize","value":"3"},{"name":"NodePriority","value":"-7"}]""", 3, -7)]
    [InlineData("""[{"value":5,"name":"ClusterSize","description":"d"},{"name":"X","value":null},{"name":"NodePriority","value":1}]""", 5, 1)]
    [InlineData("""[{"name":"ClusterSize","value":"1"}]""", 1, 0)]
    [InlineData("""[{"name":"ClusterSize","value":"1"},{"name":"NodePriority","value":null}]""", 1, 0)]
    [InlineData("""[7,{"name":9},{"name":"NodePriority"},{"name":"ClusterSize","value":"1"}]""", 1, 0)]
    public void Reads_the_configured_cluster_size_and_priority(string body, int size, int priority)
    {
        var options = Read(body);

        Assert.Equal((size, priority), (options.ClusterSize, options.NodePriority));
    }

    [Fact]
    public void Reads_who_has_set_each_option()
    {
        var all = Read("""[{"name":"ClusterSize","value":"3","configurationSource":"Config File"},{"name":"Db","configurationSource":"<DEFAULT>"},{"name":9}]""").All;

        Assert.Equal([("ClusterSize", true), ("Db", false), ("", null)], all.Select(option => (option.Name, option.IsSet)));
    }

    [Theory]
    [InlineData("[]", "does not tell its `ClusterSize`")]
    [InlineData("""[{"name":"ClusterSize","value":null}]""", "does not tell its `ClusterSize`")]
    [InlineData("""[{"name":"ClusterSize","value":"0"}]""", "does not tell its `ClusterSize`")]
    [InlineData("""[{"name":"ClusterSize","value":"three"}]""", "tells a `ClusterSize` that is not a whole number")]
    [InlineData("""[{"name":"ClusterSize","value":3.5}]""", "tells a `ClusterSize` that is not a whole number")]
    [InlineData("""[{"name":"ClusterSize","value":3},{"name":"NodePriority","value":"x"}]""", "tells a `NodePriority` that is not a whole number")]
    [InlineData("{}", "not a list of options")]
    [InlineData("", "not a list of options")]
    [InlineData("""[{"name":"ClusterSize","value":"3"}""", "not a list of options")]
    [InlineData("""[{"name":"ClusterSize","value":"\ud800"}]""", "not a list of options")]
    public void What_tells_no_cluster_size_is_no_answer(string body, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<NodeUnreachableException>(() => Read(body)).What, StringComparison.Ordinal);

    private static NodeOptions Read(string body) => OptionsReader.Read(new NodeEndpoint("node1", 2113), Encoding.UTF8.GetBytes(body));
}
