using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>CPU options that somebody has set, which EC2 forgets when the type changes.</summary>
public sealed class CpuOptionsTests : IDisposable
{
    private readonly ServiceFixture roll = new();

    public CpuOptionsTests()
    {
        roll.Instances.Shown = instance => instance with { Details = instance.Details with { Cpu = new CpuLayout(1, 1) } };
        roll.Instances.Facts = roll.Instances.Facts with
        {
            Types = AwsAnswer.As<IReadOnlyDictionary<string, InstanceTypeDetails>>(
                new[] { "t2.large", Picture.Target }.ToDictionary(type => type, type => new InstanceTypeDetails(type) { DefaultCpu = new CpuLayout(2, 2) })),
        };
        roll.Instances.AfterStart = node =>
        {
            if (node.InstanceType == Picture.Target)
            {
                node.Checkpoint -= 100_000_000;
            }
        };
    }

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task Come_back_with_the_type_before_the_node_is_started()
    {
        await RunAsync();

        Assert.Equal(["type t2.large i-replica", "cpu 1x1 i-replica", "start i-replica"], roll.Instances.Asked[^3..]);
    }

    [Fact]
    public async Task Come_back_when_the_whole_update_is_taken_back()
    {
        roll.Instances.AfterStart = null;
        var done = await roll.RunAsync();
        roll.Target = null;

        await roll.RunAsync(TakingBack.From(done, new UpdateRequest(null, null, null)));

        Assert.Equal(4, roll.Instances.Asked.Count(asked => asked.StartsWith("cpu 1x1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task That_are_refused_keep_no_node_off_and_are_told()
    {
        roll.Instances.BeforeAct = () =>
        {
            if (roll.Instances.Asked.LastOrDefault() == "type t2.large i-replica")
            {
                roll.Instances.Refusals.Enqueue(new InstanceException(
                    InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "The IAM policy must allow it."));
            }

            return Task.CompletedTask;
        };

        var replica = (await RunAsync()).EventStoreNodeUpdates.Single(node => node.NodeName == "replica");

        Assert.Equal("RolledBack", replica.NodeUpdateStatusDetail);
        Assert.Contains("It is started with the default CPU options: The IAM policy must allow it.", replica.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_type_s_own_are_left_alone()
    {
        roll.Instances.Shown = instance => instance with { Details = instance.Details with { Cpu = new CpuLayout(2, 2) } };

        await RunAsync();

        Assert.DoesNotContain(roll.Instances.Asked, asked => asked.StartsWith("cpu", StringComparison.Ordinal));
    }

    private Task<ClusterUpdate> RunAsync() => roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 10 });
}
