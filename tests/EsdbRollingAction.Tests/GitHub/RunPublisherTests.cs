using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub;
using EsdbRollingAction.Log;
using EsdbRollingAction.Tests.GitHub.Summary;
using EsdbRollingAction.Tests.Log;

namespace EsdbRollingAction.Tests.GitHub;

public class RunPublisherTests
{
    [Fact]
    public async Task What_a_node_was_is_forgotten_once_something_was_done_to_it()
    {
        await using var output = new StringWriter();
        using var console = new ConsoleReporter(new LogWriter(output, output, LogFixture.Plain), TimeProvider.System);
        await using var publisher = new RunPublisher(GitHubContext.Read(_ => null), console, TimeProvider.System);
        var nodes = new[] { Reports.Node(1, "a"), Reports.Node(2, "b") };
        var state = new ClusterUpdate { EventStoreNodeUpdates = nodes };
        var seen = nodes.Select(node => Seen.As(node, InstanceState.Running, NodeState.Follower)).ToList();

        publisher.Decided(new Decision(state, nodes[0], AnAct.Stop, "its turn") { Now = seen }, Reports.Begin);
        Assert.Equal(seen, publisher.Report.Now);

        publisher.Acted(state);
        Assert.Equal([seen[1]], publisher.Report.Now);
    }
}
