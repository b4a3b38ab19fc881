using CsCheck;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>Whatever is observed of whatever was remembered, a decision is reached: the state is not reconsidered for ever.</summary>
public class SettlingTests
{
    private const int Most = 12;

    private static readonly TimeSpan?[] Ago = [null, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2), TimeSpan.FromHours(1)];

    private static readonly RollSettings[] Settings =
    [
        Picture.Settings,
        Picture.Settings with { RollBackOnFailure = true },
        Picture.Settings with { OnlyRecovers = true },
        Picture.Settings with { RollBackOnFailure = true, BakeTime = TimeSpan.FromMinutes(5) },
    ];

    private static readonly Gen<Action<PicturedNode>> Nodes = Gen.Select(
        OneOf(Enum.GetValues<NodeState>()),
        OneOf(Enum.GetValues<InstanceState>()),
        Gen.Bool,
        Gen.Bool,
        Gen.Int[-3, 3],
        (state, instance, answers, isTarget, oddity) => (Action<PicturedNode>)(node =>
        {
            node.InstanceType = isTarget ? Picture.Target : "t2.large";
            if (oddity < 0)
            {
                return;
            }

            (node.State, node.InstanceState) = (state, instance);
            (node.Answers, node.SeenAlive, node.IsLive) = (answers, answers, answers);
            node.InstanceShown = oddity != 1;
            node.Checkpoint -= oddity == 2 ? 100_000_000 : 0;
            node.RestorePoint = oddity == 3 ? "type=t2.large" : null;
        }));

    private static readonly Gen<Func<NodeUpdate, DateTimeOffset, NodeUpdate>> Entries = Gen.Select(
        Gen.Select(OneOf(Enum.GetValues<UpdateStatus>()), OneOf(Enum.GetValues<NodePhase>()), Gen.Bool, Gen.Int[0, 30]),
        Gen.Select(OneOf(Ago), OneOf(Ago), OneOf(Ago), OneOf(Ago)),
        (how, asked) => (Func<NodeUpdate, DateTimeOffset, NodeUpdate>)((node, at) => node with
        {
            NodeUpdateStatus = how.Item1,
            NodeUpdateStatusDetail = how.Item2.ToString(),
            RollBackReason = how.Item3 ? "It did not start." : null,
            UpdateIterations = how.Item4,
            OriginalNodePriority = how.Item4 % 3,
            StartRequests = how.Item4 % 7,
            StopRequestedAt = at - asked.Item1,
            ChangeRequestedAt = at - asked.Item2,
            ChangeRequestedTo = asked.Item2 is null || how.Item4 % 5 == 0 ? null : Picture.Target,
            StartRequestedAt = at - asked.Item3,
            FinishedAt = at - asked.Item4,
        }));

    [Fact]
    public void A_decision_is_reached() => Gen
        .Select(Nodes.Array[2], Entries.Array[2], OneOf(Settings), OneOf(Ago), Gen.Bool, Gen.Bool)
        .Sample(
            drawn =>
            {
                var (nodes, entries, settings, silent, isLost, reboots) = drawn;
                var picture = Picture.OfFour();
                string[] names = ["follower1", "leader"];
                var state = picture.State(maxIterations: 15);
                for (var index = 0; index < names.Length; index++)
                {
                    var pictured = picture[names[index]];
                    nodes[index](pictured);
                    var entry = entries[index](state.EventStoreNodeUpdates.Single(node => node.NodeName == names[index]), picture.At);
                    state = state.With(entry with { EventStoreInstanceIdBeforeStop = entry.UpdateIterations % 2 == 0 ? pictured.InstanceId : null });
                }

                picture.SilentFor = silent;
                picture.Strategy = reboots ? new Ec2InstanceRestart(new FakeInstances(picture), Ec2InstanceRestart.Rebooted) : picture.Strategy;
                Settle(picture, state, settings, isLost ? Lost : seen => seen);
            },
            iter: 20_000);

    [Fact]
    public void A_rollback_that_was_never_delivered_to_a_node_that_is_level_with_the_target_is_sent_again()
    {
        var picture = Picture.OfFour();
        picture.Nodes.ForEach(node => node.Version = "23.10.8.0");
        picture["follower1"].Version = "24.10.4.0";
        var spec = new CommandSpec
        {
            Parameters = CommandParameters.Parse("""{"commands":["upgrade"]}""", "x"),
            RollbackParameters = CommandParameters.Parse("""{"commands":["back"]}""", "x"),
        };
        var parts = new StrategyParts(new FakeInstances(picture), null!, TimeProvider.System) { Command = spec };
        var state = picture.State("follower1", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            NodeUpdateStatusDetail = nameof(NodePhase.Changing),
            OriginalVersion = "23.10.8",
            RollBackReason = "The command failed.",
            FailureReason = Core.FailureReason.ChangeFailed,
            CommandRequests = [new("change-1", picture.At.AddMinutes(-20)), new("rollback-1", picture.At.AddMinutes(-10))],
        });
        List<NodeCommand> sent =
        [
            new("a", "change-1", new CommandOutcome("Failed", 1)),
            new("b", "rollback-1", new CommandOutcome("Delivery Timed Out")),
        ];
        picture.Strategy = new ServerVersionUpdate(parts, "24.10.4");

        var commands = new CommandsSeen(new Dictionary<string, List<NodeCommand>> { ["i-follower1"] = sent }, picture.At, null);
        var settings = Picture.Settings with { RollBackOnFailure = true, BakeTime = TimeSpan.FromMinutes(5) };
        Settle(picture, state, settings, seen => seen with { Commands = commands });

        var again = picture.Decide(state, settings, seen => seen with { Commands = commands });
        Assert.Equal(NodePhase.Changing, again.NodeNamed("follower1").Phase);
        Assert.Equal("rollback-2", again.Acts<Act.ChangeInstance>("follower1") is not null ? again.NodeNamed("follower1").CommandRequests[^1].Word : "");
    }

    private static Gen<T> OneOf<T>(T[] all) => Gen.Int[0, all.Length - 1].Select(index => all[index]);

    private static Observation Lost(Observation seen) => seen with
    {
        Lease = new LeaseStatus(IsTaken: true, new LeaseTag("another", "0a", 3), DateTimeOffset.MinValue),
    };

    private static void Settle(Picture picture, ClusterUpdate state, RollSettings settings, Func<Observation, Observation> change)
    {
        for (var times = 0; times < Most; times++)
        {
            var decision = new Decider().Decide(picture.Snapshot(state, settings, change));
            if (decision.Act is not Act.Reconsider)
            {
                return;
            }

            state = decision.State;
        }

        Assert.Fail($"Reconsidered {Most} times: {string.Join("; ", state.EventStoreNodeUpdates.Select(node => node.FailureMessage ?? node.NodeUpdateStatusDetail))}");
    }
}
