using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Moto;

namespace EsdbRollingAction.EndToEnd;

[Exhaustive]
public class MotoTests
{
    /// <summary>It answers them with HTTP 500, which is waited out.</summary>
    private static readonly (string Name, string? Value) KnowsNoReservations = ("INPUT_RESERVE_CAPACITY", "off");

    [Fact]
    public async Task The_cluster_is_rolled_with_an_ec2_that_other_people_wrote()
    {
        Assert.SkipUnless(MotoServer.IsInstalled, "moto_server is not on the PATH.");
        await using var moto = await MotoServer.StartAsync(TestContext.Current.CancellationToken);
        var options = new SandboxOptions { TimeScale = 40 };
        await using var rolling = await Rolling.StartAsync(options);
        await using var mirror = await MotoMirror.StartAsync(rolling.Sandbox, options, moto);

        var result = await rolling.RunAsync(("AWS_ENDPOINT_URL_EC2", moto.Address.ToString()), KnowsNoReservations);

        rolling.AssertRolled(result);
        Assert.All(await mirror.TruthAsync(), instance => Assert.Equal(("t2.xlarge", "running"), instance));
    }

    [Fact]
    public async Task A_type_that_the_real_catalogue_does_not_have_is_refused()
    {
        Assert.SkipUnless(MotoServer.IsInstalled, "moto_server is not on the PATH.");
        await using var moto = await MotoServer.StartAsync(TestContext.Current.CancellationToken);
        var options = new SandboxOptions();
        await using var rolling = await Rolling.StartAsync(options);
        await using var mirror = await MotoMirror.StartAsync(rolling.Sandbox, options, moto);

        var result = await rolling.RunAsync(
            ("AWS_ENDPOINT_URL_EC2", moto.Address.ToString()), ("INPUT_TARGET_INSTANCE_TYPE", "t2.xxlarge"), KnowsNoReservations);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("'t2.xxlarge' does not exist", result.Error, StringComparison.Ordinal);
    }
}
