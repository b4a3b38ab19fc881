using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.EndToEnd;

public class RecoverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [ExhaustiveData(true)]
    public async Task What_a_killed_program_left_stopped_is_started_as_it_is(bool isStateLost)
    {
        await using var rolling = await Rolling.StartAsync();
        var off = await rolling.KillInTheMiddleAsync(Token);
        if (isStateLost)
        {
            File.Delete(rolling.StatePath);
        }

        var result = await rolling.RunAsync(("INPUT_MODE", "recover"), ("INPUT_TARGET_INSTANCE_TYPE", null));

        Require.That(result.ExitCode == 0, result);
        Assert.Contains($"{off.Id} of", result.Output, StringComparison.Ordinal);
        Assert.Contains("answers again", result.Output, StringComparison.Ordinal);
        Assert.Equal((Ec2State.Running, off.Type), Of(rolling, off.Id));
        rolling.AssertRolled(await rolling.RunAsync());
    }

    [Fact]
    public async Task Where_nothing_is_off_it_says_so_and_does_nothing()
    {
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync(("INPUT_MODE", "recover"), ("INPUT_TARGET_INSTANCE_TYPE", null));

        Require.That(result.ExitCode == 0, result);
        Assert.Contains("Nothing was to be brought back", result.Output, StringComparison.Ordinal);
        Assert.Empty(rolling.Acts);
        Assert.False(File.Exists(rolling.StatePath));
    }

    [Fact]
    [Exhaustive]
    public async Task What_EC2_refuses_to_start_is_named_with_the_command_that_starts_it()
    {
        await using var rolling = await Rolling.StartAsync();
        var off = await rolling.KillInTheMiddleAsync(Token);
        foreach (var type in new[] { "t2.large", "t2.xlarge" })
        {
            rolling.Sandbox.Ec2.RefuseStartsOf(type, "Unsupported");
        }

        var result = await rolling.RunAsync(("INPUT_MODE", "recover"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("instance-start-failed", result.Error, StringComparison.Ordinal);
        Assert.Contains("aws ec2 start-instances --region ", result.Error, StringComparison.Ordinal);
        Assert.Contains($"--instance-ids {off.Id}", result.Error, StringComparison.Ordinal);
    }

    private static (Ec2State State, string Type) Of(Rolling rolling, string id)
    {
        var instance = rolling.Sandbox.Ec2.Truth.Single(instance => instance.Id == id);
        return (instance.State, instance.Type);
    }
}
