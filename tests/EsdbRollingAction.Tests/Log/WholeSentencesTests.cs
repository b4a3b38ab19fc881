using System.Reflection;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;
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
            foreach (var cluster in Settings.Select(settings => picture.Snapshot(null, settings, WithLease(settings))))
            {
                foreach (var (node, rule) in cluster.Nodes.SelectMany(node => DesignTests.Rules.Select(rule => (node, rule))))
                {
                    var verdict = rule.Judge(node, cluster);
                    seen.Add((rule.Name, verdict.Holds));
                    AssertOneSentence(node.Entry, NodePhase.Waiting, verdict.Reason);
                }
            }
        }

        Assert.Equal(
            DesignTests.Rules.SelectMany(rule => new[] { (rule.Name, false), (rule.Name, true) }).Order(),
            seen.Order());
    }

    private static readonly RollSettings[] Settings =
    [
        Picture.Settings,
        Picture.Settings with { MaxNodes = 0, PauseBeforeLeader = true },
        Picture.Settings with { AllowDowntime = true, Deadline = Now, Run = "run", ReserveCapacity = CapacityPolicy.Required },
    ];

    /// <summary>A run with a lease has just taken it over, and its preflight has refused.</summary>
    private static Func<Observation, Observation> WithLease(RollSettings settings) => seen => settings.Run is null ? seen : seen with
    {
        Lease = new LeaseStatus(IsTaken: true, LostTo: null, seen.At.AddSeconds(30)),
        Commands = new CommandsSeen(Running(seen), Began: null, "Systems Manager does not answer."),
        Refusal = new RollingUpdateException(FailureReason.PreflightRefused, "a check refuses"),
        Alarms = new AlarmsSeen(["a", "b"], [new Alarm("a", AlarmState.Alarm, "17 is more than 5."), new Alarm("b", AlarmState.Alarm, "")]),
        AutoScavenge = new AutoScavengeSeen(new AutoScavenge(AutoScavengeState.Running)),
    };

    private static Dictionary<string, List<NodeCommand>> Running(Observation seen) => seen.Instances.Keys
        .ToDictionary(id => id, _ => new List<NodeCommand> { new("c-1", "change-1", new CommandOutcome("InProgress")) });

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
        var decision = new Decision(new ClusterUpdate { EventStoreNodeUpdates = [failed] }, failed, new Act.StartInstance(), "why") { IsEnding = true };

        var refusal = new InstanceException(InstanceErrorKind.Terminal, "Code", "EC2 refused");

        var after = new Effects(Picture.OfFour().Strategy, Picture.Settings).Refused(decision, refusal, Now);

        Assert.Equal("It was given up. EC2 refused.", after.EventStoreNodeUpdates[0].FailureMessage);

        var again = decision with { State = after };
        after = new Effects(Picture.OfFour().Strategy, Picture.Settings).Refused(again, refusal, Now);
        Assert.Equal("It was given up. EC2 refused.", after.EventStoreNodeUpdates[0].FailureMessage);
    }

    private static string Explain(NodeUpdate node) => FailureText.IterationsOver(
        node with { NodeName = "node" }, Picture.OfFour().Snapshot(new ClusterUpdate { MaxNumberOfIterationsPerNodeUpdate = 15 }));

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
