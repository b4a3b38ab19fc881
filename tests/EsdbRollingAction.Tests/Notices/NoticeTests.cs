using System.Text;
using System.Text.Json;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Notices;
using EsdbRollingAction.Tests.GitHub.Summary;

namespace EsdbRollingAction.Tests.Notices;

public class NoticeTests
{
    private const int MostBytes = 4096;

    private static readonly ClusterUpdate Start = new();

    [Fact]
    public void The_beginning_names_cluster_target_and_run()
    {
        var before = Reports.Planned() with { Mode = Mode.Apply, End = null };
        var stop = new Decision(before.State!, before.Nodes[1], AnAct.Stop, "all rules hold");

        Assert.Equal(
            "orders: 🚀 The update to t2.xlarge begins: 1 of 4 nodes are done. https://github.com/acme/orders/actions/runs/4711",
            Notice.Of(before, before, stop)!.Text);
        Assert.Equal(
            "orders: 🚀 The rollback begins: 1 of 4 nodes are done.",
            Notice.Of(before, before with { State = before.State! with { TakesBack = true }, WorkflowRun = null }, stop)!.Text);
    }

    [Fact]
    public void A_run_that_goes_on_with_an_update_says_so()
    {
        var now = Reports.CatchingUp();
        var start = new Decision(now.State!, now.Current, new Act.StartInstance(), "only the start is left");

        Assert.Contains("The update to t2.xlarge goes on: 3 of 4 nodes are done.", Notice.Of(now, now, start)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_names_node_rule_reason_and_since_when()
    {
        var since = Reports.Begin;
        var node = Reports.CatchingUp().Nodes[0].InPhase(NodePhase.Waiting, "test-node3 is 3.0 MiB behind", since, "OtherVotersAreLevel");
        var state = Reports.CatchingUp().State!.With(node) with { LastIterationAt = since };
        var now = Reports.CatchingUp() with { State = state, At = since.AddMinutes(10.5) };
        var wait = new Decision(state, node, new Act.Wait(Awaited.Cluster), "test-node3 is 3.0 MiB behind") { Rule = "OtherVotersAreLevel" };

        Assert.Equal(
            $"orders: ⏳ {node.NodeName} has waited since 03:30:00Z (10 min 30 s). OtherVotersAreLevel: test-node3 is 3.0 MiB behind."
            + " https://github.com/acme/orders/actions/runs/4711",
            Notice.Of(now, now, wait)!.Text);
        Assert.Contains(
            "waiting: test-node3 is 3.0 MiB behind.", Notice.Of(now, now, wait with { Rule = null })!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_is_the_verdict_of_the_job_summary_and_what_happened()
    {
        Assert.Equal(
            "orders: ✅ Done: 4 of 4 nodes have type t2.xlarge, 4 of them changed by this update."
            + " https://github.com/acme/orders/actions/runs/4711",
            Notice.OfEnd(Reports.Updated(), Start)!.Text);
        Assert.StartsWith(
            "orders: ⏹️ Cancelled at test-node2, 3 of 4 nodes are done. What happened: Nothing new was begun. What happens by itself: The action's",
            Notice.OfEnd(Reports.CatchingUp().Ended(ExitCode.Interrupted, FailureReason.Cancelled, "Nothing new was begun."), Start)!.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_body_has_every_output_of_the_action_as_it_is_at_that_moment()
    {
        var failed = Reports.RolledBack();

        var body = Body(Notice.OfEnd(failed, Start)!);

        Assert.Equal(
            [
                "text", "event", "cluster-name", "cluster-update-status", "failure-reason", "failed-node", "nodes-total", "nodes-updated",
                "nodes-remaining", "paused-because", "changed", "state-file", "plan-digest", "checks-noted", "resumable",
            ],
            body.Keys);
        Assert.Equal(
            ("failed", "orders", "insufficient-capacity", failed.Nodes[0].NodeName, "true"),
            (body["event"], body["cluster-name"], body["failure-reason"], body["failed-node"], body["resumable"]));
    }

    [Theory]
    [InlineData("<!channel> <https://evil.example.com|click> @here")]
    [InlineData("\n\n# title\r\n")]
    [InlineData("漢")]
    [InlineData("\u202e\u0000\ud800")]
    public void Whatever_names_and_messages_hold_is_one_line_that_calls_nobody_and_is_short(string part)
    {
        var report = Reports.Large(7, string.Concat(Enumerable.Repeat(part, 2000)));
        var node = report.Nodes[0].InPhase(NodePhase.Waiting, part, Reports.Begin);
        var wait = new Decision(report.State!.With(node), node, new Act.Wait(Awaited.Cluster), string.Concat(Enumerable.Repeat(part, 2000)));
        var running = report with { End = null, At = Reports.Begin.AddHours(1) };
        Notice?[] all =
        [
            Notice.OfEnd(report, Start),
            Notice.Of(running, running with { State = wait.State }, wait),
            Notice.Of(running, running, wait with { Act = AnAct.Stop }),
        ];

        Assert.All(all, notice =>
        {
            var text = Body(notice!)["text"];
            Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, MostBytes);
            Assert.DoesNotContain(text, letter => letter is '<' or '>' or '@' or '\n' or '\r' or '\0' or '\u202e');
        });
    }

    [Theory]
    [InlineData("https://hooks.slack.com/services/T0/B0/x")]
    [InlineData("https://127.0.0.1:8443/?token=x")]
    public void An_https_address_is_taken_and_never_shown(string url)
    {
        var parsed = NotifyUrl.Parse(url);

        Assert.Equal(url, parsed.Address.OriginalString);
        Assert.Equal("NotifyUrl", $"{parsed}");
    }

    [Theory]
    [InlineData("http://hooks.example.com/token-x")]
    [InlineData("hooks.example.com/token-x")]
    [InlineData("/services/token-x")]
    [InlineData("https:///token-x")]
    [InlineData("https://me:token-x@hooks.example.com/")]
    [InlineData("file:///token-x")]
    public void Another_address_is_invalid_and_not_shown(string url)
    {
        var refused = Assert.Throws<RollingUpdateException>(() => NotifyUrl.Parse(url));

        Assert.Equal(FailureReason.InvalidInput, refused.Reason);
        Assert.DoesNotContain("token-x", refused.ToString(), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Body(Notice notice) => JsonSerializer.Deserialize<Dictionary<string, string>>(notice.Json())!;
}
