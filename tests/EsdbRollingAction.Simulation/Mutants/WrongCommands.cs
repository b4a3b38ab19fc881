using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Simulation.Edges;
using EsdbRollingAction.Simulation.Judging;
using EsdbRollingAction.Simulation.Scenarios;
using Act = EsdbRollingAction.Core.Rolling.Act;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>Programs that are wrong about commands, by name.</summary>
internal static class WrongCommands
{
    /// <summary>Each with a rule that it breaks.</summary>
    public static IReadOnlyDictionary<string, (Mutant Mutant, Rule Rule)> All { get; } = new Dictionary<string, (Mutant, Rule)>
    {
        ["LooksForNoEarlierCommand"] = (new LooksForNoEarlierCommand(), Rule.CommandSentTwice),
        ["SendsAgain"] = (new SendsAgain(), Rule.CommandSentTwice),
        ["TakesSuccessForLevel"] = (new TakesSuccessForLevel(), Rule.SecondVoterDown),
        ["RebootsWithoutRules"] = (new RebootsWithoutRules(), Rule.SecondVoterDown),
        ["RescuesNobody"] = (new RescuesNobody(), Rule.DatabaseLeftDown),
        ["EndsNoCommand"] = (new RescuesNobody(), Rule.CommandLeftRunning),
        ["RescuesWhoServes"] = (new RescuesWhoServes(), Rule.CommandWithoutNeed),
        ["EndsEarly"] = (new EndsEarly(), Rule.EndedTooEarly),
    };

    public static Mutant Breaking(Rule rule) => All.Values.First(wrong => wrong.Rule == rule).Mutant;

    /// <summary>What was sent before the run began is not looked for.</summary>
    private sealed class LooksForNoEarlierCommand : Mutant
    {
        public override Features Needs => Features.Commands;

        public override ICommands Commands(ICommands commands, Run run) => new Between(commands)
        {
            Finds = (found, began) => [.. found.Where(one => one.RequestedAt >= began)],
            Began = run.Time.GetUtcNow(),
        };
    }

    /// <summary>What was not answered is sent once more at once.</summary>
    private sealed class SendsAgain : Mutant
    {
        public override Features Needs => Features.Commands;

        public override ICommands Commands(ICommands commands, Run run) => new Between(commands) { IsRepeated = true };
    }

    /// <summary>A node whose command has succeeded is taken for one that is level.</summary>
    private sealed class TakesSuccessForLevel : Mutant
    {
        public override Features Needs => Features.Commands;

        public override IDecider Decider(IDecider decider, Run run) => new Blind(decider);

        private sealed class Blind(IDecider decider) : IDecider
        {
            private const int MostThoughts = 20;
            private int thoughts;

            public Decision Decide(ClusterSnapshot cluster)
            {
                List<NodeView> nodes = [.. cluster.Nodes.Select(node => IsSuccess(node) ? Level(node, cluster.At) : node)];
                var state = nodes.Aggregate(cluster.State, (left, node) => left.With(node.Entry));
                var wrong = decider.Decide(cluster with { Nodes = nodes, State = state });

                // What it sees level may be undone by what it sees beside: then it thinks it over for ever.
                thoughts = wrong.Act is Act.Reconsider ? thoughts + 1 : 0;
                return thoughts < MostThoughts ? wrong : decider.Decide(cluster);
            }

            private static bool IsSuccess(NodeView node) =>
                node.Entry is { NodeUpdateStatus: not UpdateStatus.Failed, IsRollingBack: false } && node.IsAsWanted
                && node.Commands.Any(one => one is { IsChange: true, Outcome.Progress: CommandProgress.Succeeded });

            private static NodeView Level(NodeView node, DateTimeOffset now) => node with
            {
                Entry = node.Entry.IsDone ? node.Entry : NodeMachine.Done(node, now),
                Level = Verdict.Yes("its command has succeeded"),
                IsSeenByLeader = true,
            };
        }
    }

    /// <summary>A reboot that waits for a rule is done at once.</summary>
    private sealed class RebootsWithoutRules : Mutant
    {
        public override Features Needs => Features.Commands;

        public override IDecider Decider(IDecider decider, Run run) => new Hasty(decider);

        private sealed class Hasty(IDecider decider) : IDecider
        {
            public Decision Decide(ClusterSnapshot cluster)
            {
                var right = decider.Decide(cluster);
                return right.Act is Act.Wait or Act.SetPriority or Act.Resign
                    && cluster.Nodes.FirstOrDefault(node => node.Entry.Endpoint == right.Node?.Endpoint) is { } held
                    && cluster.Strategy.Steps.FirstOrDefault(step => step.ProgressOf(held) is not StepProgress.Done) is RebootStep step
                    && step.ProgressOf(held) is StepProgress.NotBegun
                    ? new Decision(right.State, step.Begin(held), new Act.ChangeInstance(step), "a mutant does not wait")
                    : right;
            }
        }
    }

    /// <summary>Ends where the database could be started.</summary>
    private sealed class RescuesNobody : Mutant
    {
        public override Features Needs => Features.Commands;

        public override IDecider Decider(IDecider decider, Run run) => new Idle(decider);

        private sealed class Idle(IDecider decider) : IDecider
        {
            public Decision Decide(ClusterSnapshot cluster) =>
                decider.Decide(cluster) is { IsEnding: true, Act: Act.Wait or Act.ChangeInstance } right && cluster.Failed is { } failed
                    ? EndOfRun.UpdateFailed(failed, cluster) with { IsEnding = right.IsEnding }
                    : decider.Decide(cluster);
        }
    }

    /// <summary>Where all is done it starts the database of a node that serves.</summary>
    private sealed class RescuesWhoServes : Mutant
    {
        public override Features Needs => Features.Commands;

        public override IDecider Decider(IDecider decider, Run run) => new Busy(decider);

        private sealed class Busy(IDecider decider) : IDecider
        {
            private bool hasHelped;

            public Decision Decide(ClusterSnapshot cluster) =>
                decider.Decide(cluster) is { Act: Act.Finish, IsEnding: false } right && !hasHelped
                ? Help(right, cluster)
                : decider.Decide(cluster);

            private Decision Help(Decision right, ClusterSnapshot cluster)
            {
                hasHelped = true;
                return new Decision(
                    right.State with { FinishedAt = null },
                    right.State.EventStoreNodeUpdates[0],
                    new Act.ChangeInstance(cluster.Strategy.Rescue.OfType<StartUnitStep>().First()),
                    "a mutant helps who needs none");
            }
        }
    }

    /// <summary>It says that all is done at once.</summary>
    private sealed class EndsEarly : Mutant
    {
        public override Features Needs => Features.Commands;

        public override IDecider Decider(IDecider decider, Run run) => new Rash();

        private sealed class Rash : IDecider
        {
            public Decision Decide(ClusterSnapshot cluster) => new(
                cluster.State with { ClusterUpdateStatus = UpdateStatus.Success, FinishedAt = cluster.At },
                null,
                new Act.Finish(),
                "a mutant ends");
        }
    }

    /// <summary>Stands between the program and Systems Manager.</summary>
    private sealed class Between(ICommands commands) : ICommands
    {
        public Func<IReadOnlyList<SentCommand>, DateTimeOffset, IReadOnlyList<SentCommand>> Finds { get; init; } = (found, _) => found;

        public DateTimeOffset Began { get; init; }

        public bool IsRepeated { get; init; }

        public async Task<string> SendAsync(CommandToSend command, CancellationToken cancellationToken)
        {
            try
            {
                return await commands.SendAsync(command, cancellationToken);
            }
            catch (InstanceException lost) when (IsRepeated && lost.MayHaveBeenDone)
            {
                return await commands.SendAsync(command, cancellationToken);
            }
        }

        public async Task<IReadOnlyList<SentCommand>> FindAsync(
            string instanceId, DateTimeOffset after, CancellationToken cancellationToken) =>
            Finds(await commands.FindAsync(instanceId, after, cancellationToken), Began);

        public Task<CommandOutcome?> ReadAsync(string commandId, string instanceId, CancellationToken cancellationToken) =>
            commands.ReadAsync(commandId, instanceId, cancellationToken);

        public Task CancelAsync(string commandId, string instanceId, CancellationToken cancellationToken) =>
            commands.CancelAsync(commandId, instanceId, cancellationToken);

        public Task<CommandDocument?> DescribeDocumentAsync(string name, string version, CancellationToken cancellationToken) =>
            commands.DescribeDocumentAsync(name, version, cancellationToken);

        public Task<PatchState?> PatchesAsync(string instanceId, CancellationToken cancellationToken) =>
            commands.PatchesAsync(instanceId, cancellationToken);

        public Task<IReadOnlyDictionary<string, CommandAgent>> AgentsAsync(
            IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
            commands.AgentsAsync(instanceIds, cancellationToken);
    }
}
