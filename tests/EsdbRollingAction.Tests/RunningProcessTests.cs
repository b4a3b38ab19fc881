using System.Diagnostics;

namespace EsdbRollingAction.Tests;

public class RunningProcessTests
{
    [Fact]
    public void This_process_lives() => Assert.True(RunningProcess.Parse(RunningProcess.ThisOne().ToString())!.IsAlive());

    [Fact]
    public async Task A_process_that_has_ended_is_known_to_have_ended()
    {
        using var other = Process.Start(new ProcessStartInfo("true"))!;
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.False((RunningProcess.ThisOne() with { Id = other.Id }).IsAlive());
    }

    [Fact]
    public void Another_process_with_the_same_id_is_not_the_one_that_was() =>
        Assert.False((RunningProcess.ThisOne() with { StartedAt = 1 }).IsAlive());

    [Fact]
    public void Of_a_process_on_another_machine_nothing_is_known() =>
        Assert.Null((RunningProcess.ThisOne() with { Machine = "00000000" }).IsAlive());

    [Theory]
    [InlineData("https://github.com/org/ops/actions/runs/1")]
    [InlineData("unknown")]
    [InlineData("host:x:y:z")]
    public void What_is_no_process_is_none(string text) => Assert.Null(RunningProcess.Parse(text));
}
