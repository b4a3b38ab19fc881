using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>What docs/state-file.md says of a state that somebody edits.</summary>
public sealed partial class EditedStateTests : IDisposable
{
    private static readonly string Page = Pages.Read("docs/state-file.md");
    private readonly ServiceFixture roll = new();

    public static TheoryData<string> Examples => [.. Blocks().Matches(Page).Select(match => match.Groups[1].Value)];

    public void Dispose() => roll.Dispose();

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_a_state_that_is_valid_and_that_the_program_reads(string example)
    {
        using var parsed = JsonDocument.Parse(example, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        var state = JsonSerializer.Serialize(parsed.RootElement);

        Assert.Empty(StateSchema.ProblemsOf(state, allowsUnknownFields: state.Contains("$schema", StringComparison.Ordinal)));
        Assert.NotNull(new StateFile("state.json").Parse(Encoding.UTF8.GetBytes(state)));
    }

    [Fact]
    public void Every_field_that_may_be_edited_is_in_the_schema() => Assert.All(
        Rows().SelectMany(row => Names().Matches(row.Split('|')[1]).Select(name => name.Groups[1].Value)),
        name => Assert.Contains($"\"{name}\":", StateSchema.Root.ToJsonString(), StringComparison.Ordinal));

    [Fact]
    public async Task A_node_that_is_made_Pending_and_has_the_type_is_done_without_a_restart()
    {
        roll.Picture.Updated("replica");

        await roll.RunAsync(Begun("replica", node => node with { NodeUpdateStatus = UpdateStatus.Pending, UpdateIterations = 900 }));

        Assert.DoesNotContain("stop i-replica", roll.Instances.Asked);
        Assert.Contains("stop i-follower1", roll.Instances.Asked);
        Assert.InRange(Saved("replica").UpdateIterations, 0, 10);
    }

    [Fact]
    public async Task A_node_that_is_made_Success_and_does_not_have_the_type_is_updated_all_the_same()
    {
        await roll.RunAsync(Begun("follower1", node => node with { NodeUpdateStatus = UpdateStatus.Success }));

        Assert.Contains("stop i-follower1", roll.Instances.Asked);
        Assert.Equal((UpdateStatus.Success, Picture.Target), (Saved("follower1").NodeUpdateStatus, Saved("follower1").CurrentInstanceType));
    }

    [Theory]
    [InlineData(1000, UpdateStatus.Failed)]
    [InlineData(0, UpdateStatus.Success)]
    public async Task A_node_whose_iterations_are_set_to_0_has_all_of_them_again(int iterations, UpdateStatus end)
    {
        var state = Begun("replica", node => node with { NodeUpdateStatus = UpdateStatus.InProgress, UpdateIterations = iterations });

        Assert.Equal(end, (await roll.RunAsync(state)).ClusterUpdateStatus);
    }

    [Fact]
    public async Task An_entry_that_is_removed_is_discovered_again()
    {
        var state = Begun("follower1", node => node);
        state = state with { EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Where(node => node.NodeName != "follower1")] };

        await roll.RunAsync(state);

        Assert.Equal((UpdateStatus.Success, "t2.large"), (Saved("follower1").NodeUpdateStatus, Saved("follower1").OriginalInstanceType));
    }

    [Theory]
    [InlineData("follower1")]
    [InlineData("follower1.test")]
    [InlineData("esdb-1")]
    public async Task An_entry_that_has_a_name_only_is_the_node_that_is_called_so(string name)
    {
        roll.Picture["follower1"].NameTag = "esdb-1";
        var entry = new NodeUpdate { NodeName = name, NodePort = 2113, TargetInstanceType = "t2.large" };

        var end = await roll.RunAsync(ServiceFixture.Begin() with { EventStoreNodeUpdates = [entry] });

        Assert.Equal((UpdateStatus.Success, 4), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Count));
        Assert.DoesNotContain("stop i-follower1", roll.Instances.Asked);
    }

    [Fact]
    public async Task A_node_keeps_the_name_that_somebody_gave_it()
    {
        await roll.RunAsync(Begun("follower1", node => node with { NodeName = "the middle one" }));

        Assert.Equal("follower1.test", Saved("the middle one").NodeAddress);
    }

    [Fact]
    public async Task An_entry_without_a_name_is_not_the_node_whose_instance_has_none()
    {
        roll.Picture["follower1"].NameTag = "";
        var entry = new NodeUpdate { NodeAddress = "formerly.test", NodePort = 2113 };

        var refusal = await Assert.ThrowsAsync<Core.RollingUpdateException>(
            () => roll.RunAsync(ServiceFixture.Begin() with { EventStoreNodeUpdates = [entry] }));

        Assert.Contains("names the node 'formerly.test:2113', which the cluster does not have", refusal.Message, StringComparison.Ordinal);
    }

    private ClusterUpdate Begun(string name, Func<NodeUpdate, NodeUpdate> edit) => StartingState.From(
        roll.Picture.State(name, edit) with { StartedAt = roll.Time.GetUtcNow(), ClusterUpdateStatus = UpdateStatus.InProgress },
        new UpdateRequest(null, Picture.Target, null),
        "Ec2InstanceTypeUpdate");

    private NodeUpdate Saved(string name) => roll.File.Read()!.EventStoreNodeUpdates.Single(node => node.NodeName == name);

    private static IEnumerable<string> Rows() => Page[Page.IndexOf("| field | to what |", StringComparison.Ordinal)..].Split('\n')
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'));

    [GeneratedRegex("```jsonc\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Names();
}
