using System.Reflection;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Log;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Log;

/// <summary>Whatever rule or act a line of the log is about: it names its node first, then is one sentence with one full stop.</summary>
public class WholeSentencesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_verdict_of_every_safety_rule_makes_a_line_that_is_one_sentence()
    {
        var seen = new HashSet<(string Rule, bool Holds)>();
        foreach (var picture in Pictures.All())
        {
            var (state, observed) = (picture.State(), picture.Observe());
            foreach (var node in state.EventStoreNodeUpdates)
            {
                foreach (var verdict in SafetyRules.BeforeHandOver(node, state, observed, picture.Strategy)
                    .Append(SafetyRules.IsNotTheLeader(node, observed.Cluster))
                    .Append(SafetyRules.IsNotTheLeader(node, observed.Cluster, allowDowntime: true))
                    .Append(SafetyRules.AMajorityRemains(node, state, observed.Cluster, allowDowntime: true))
                    .Append(TimeLimit.LeavesRoomFor(node, state, Now, Now)))
                {
                    seen.Add((verdict.Rule, verdict.Holds));
                    AssertOneSentence(node, NodePhase.Waiting, verdict.Reason);
                }
            }
        }

        var rules = typeof(SafetyRules).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(Verdict))
            .Select(method => method.Name);
        Assert.Equal(
            rules.SelectMany(rule => new[] { (rule, false), (rule, true) }).Order(),
            seen.Where(verdict => verdict.Rule != nameof(TimeLimit)).Order());
    }

    [Fact]
    public void Every_decision_makes_a_line_that_is_one_sentence()
    {
        foreach (var picture in Pictures.All())
        {
            var state = picture.State(maxIterations: 15);
            for (var iteration = 0; iteration < 20; iteration++)
            {
                var decision = picture.Decide(state);
                if (decision.Node is { } node && decision.Act is not Act.Finish)
                {
                    AssertOneSentence(node, node.Phase, decision.Why);
                }

                Assert.All(decision.State.EventStoreNodeUpdates.Select(it => it.FailureMessage).OfType<string>(), AssertSentences);
                state = decision.Node is { IsDone: false } counted
                    ? decision.State.With(counted with { UpdateIterations = counted.UpdateIterations + 1 })
                    : decision.State;
                picture.At += TimeSpan.FromSeconds(20);
            }
        }
    }

    [Theory]
    [InlineData("Throttled.")]
    [InlineData("EC2 did not answer")]
    public void What_EC2_said_last_ends_in_one_full_stop_when_the_iterations_are_over(string said)
    {
        var message = Explain(new NodeUpdate { UpdateIterations = 16, NodeUpdateStatusDetail = nameof(NodePhase.Waiting), WaitingFor = said });

        Assert.StartsWith(
            $"node took more than its 15 iterations, last in phase Waiting: {said.TrimEnd('.')}. Raise ", message, StringComparison.Ordinal);
        AssertSentences(message);
    }

    [Fact]
    public void The_way_back_has_iterations_of_its_own()
    {
        var back = new NodeUpdate { UpdateIterations = 215, RollBackReason = "It failed.", NodeUpdateStatusDetail = nameof(NodePhase.CatchingUp) };

        Assert.Equal(
            "node took more than the 200 iterations that it is given for going back, last in phase CatchingUp. "
            + "Its checkpoint has not advanced: it is stuck.",
            Explain(back));
    }

    [Fact]
    public void A_refusal_that_was_said_to_a_node_that_is_done_is_a_sentence_of_its_own()
    {
        var failed = new NodeUpdate { NodeName = "node", NodeUpdateStatus = UpdateStatus.Failed, FailureMessage = "It was given up" };
        var decision = new Decision(new ClusterUpdate { EventStoreNodeUpdates = [failed] }, failed, new Act.StopInstance(), "why");

        var refusal = new InstanceException(InstanceErrorKind.Terminal, "Code", "EC2 refused");

        var after = new Outcomes(Picture.Settings).Refused(decision, refusal, Now);

        Assert.Equal("It was given up. EC2 refused.", after.EventStoreNodeUpdates[0].FailureMessage);
    }

    private static string Explain(NodeUpdate node) => IterationLimit.Explain(
        node with { NodeName = "node" }, new ClusterUpdate { MaxNumberOfIterationsPerNodeUpdate = 15 }, Picture.OfFour().Observe());

    private static void AssertOneSentence(NodeUpdate node, NodePhase phase, string why)
    {
        using var output = new StringWriter { NewLine = "\n" };
        new LogWriter(output, output, LogFixture.Plain).Say(Now, node, phase.ToString(), why);
        var line = output.ToString();
        Assert.Matches($@"^03:00:00Z  {node.NodeName} +{phase} +[^ ].*[^.]\.\n$", line);
        AssertSentences(line.TrimEnd());
    }

    private static void AssertSentences(string text)
    {
        Assert.EndsWith(".", text, StringComparison.Ordinal);
        Assert.DoesNotContain("..", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\.[;:,)]|[a-z0-9] (Raise|Its checkpoint|Going back|EC2 answered)", text);
    }
}
