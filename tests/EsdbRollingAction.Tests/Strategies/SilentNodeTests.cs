using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Strategies;

/// <summary>What is made of a node that does not answer, or does not tell, while commands are rolled.</summary>
public sealed class SilentNodeTests : IDisposable
{
    private const string Old = "23.10.8.0";
    private const string New = "24.10.4.0";
    private const string Target = "24.10.4";
    private readonly ServiceFixture roll;
    private readonly FakeCommands commands;
    private CommandSpec spec = new() { Parameters = CommandParameters.Parse("""{"commands":["upgrade"]}""", "x") };

    public SilentNodeTests()
    {
        roll = new ServiceFixture();
        commands = new FakeCommands(roll);
    }

    private StrategyParts Parts => new(roll.Instances, commands, roll.Time) { Command = spec, TargetServerVersion = Target };

    public void Dispose() => roll.Dispose();

    [Fact]
    public void A_node_that_was_rebooted_after_its_command_keeps_its_version_while_it_is_silent()
    {
        spec = spec with { RebootAfter = true };
        var at = roll.Picture.At;
        var node = new NodeUpdate
        {
            CurrentVersion = Target,
            ChangeRequestedAt = at.AddMinutes(-5),
            CommandRequests = [new CommandRequest("change-1", at.AddMinutes(-7))],
        };
        var silent = new SeenNode(roll.Picture.Instances[0], null, at)
        {
            Commands = [new NodeCommand("c-1", "change-1", new CommandOutcome("Success", 0))],
        };

        Assert.Equal(Target, new ServerVersionUpdate(Parts, Target).VersionOf(node, silent));
    }

    [Theory]
    [InlineData(true, StepProgress.Running)]
    [InlineData(false, StepProgress.NotBegun)]
    public void A_database_that_other_nodes_see_is_not_started(bool isSeen, StepProgress progress)
    {
        var node = new NodeView(new NodeUpdate(), null, roll.Picture.Instances[0], NodeGoal.AsIs)
        {
            Level = Verdict.No("silent"),
            IsSeen = isSeen,
            SilentFor = TimeSpan.FromMinutes(1),
        };

        Assert.Equal(progress, new StartUnitStep(commands, "x@1").ProgressOf(node));
    }

    [Fact]
    public void An_upgraded_voter_is_lowered_below_an_old_one_whose_configured_priority_nobody_knows()
    {
        var picture = roll.Picture;
        picture.Strategy = new ServerVersionUpdate(Parts, Target);
        picture.Nodes.ToList().ForEach(node => node.Version = node.Name == "leader" ? Old : New);
        var state = picture.State("leader", node => node with { OriginalNodePriority = null });
        state = state with
        {
            EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node =>
                node.NodeName == "leader" ? node : node with { NodeUpdateStatus = UpdateStatus.Success })],
        };

        Assert.Equal(-1, picture.Decide(state).Acts<Act.SetPriority>("follower1").Priority);
    }

    [Fact]
    public void A_priority_that_is_changed_is_remembered_where_nothing_tells_what_was_configured()
    {
        var node = new NodeUpdate { NodeName = "a", CurrentNodePriority = 3 };
        var lowering = new Decision(new ClusterUpdate { EventStoreNodeUpdates = [node] }, node, new Act.SetPriority(-1, null), "why");

        Assert.Equal(3, Effects.Accepted(lowering, null, roll.Picture.At).EventStoreNodeUpdates[0].OriginalNodePriority);
    }
}
