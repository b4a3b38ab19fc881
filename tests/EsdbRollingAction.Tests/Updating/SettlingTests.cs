using CsCheck;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

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
            ChangeRequestedTo = asked.Item2 is null ? null : Picture.Target,
            StartRequestedAt = at - asked.Item3,
            FinishedAt = at - asked.Item4,
        }));

    [Fact]
    public void A_decision_is_reached() => Gen
        .Select(Nodes.Array[2], Entries.Array[2], OneOf(Settings), OneOf(Ago), Gen.Bool)
        .Sample(
            drawn =>
            {
                var (nodes, entries, settings, silent, isLost) = drawn;
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
                Settle(picture, state, settings, isLost ? Lost : seen => seen);
            },
            iter: 20_000);

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
