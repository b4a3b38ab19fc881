using EsdbRollingAction.GitHub;

namespace EsdbRollingAction.Tests.Log;

public class WorkflowCommandTests
{
    [Fact]
    public void Messages_and_properties_are_escaped_by_the_runners_rules()
    {
        Assert.Equal(
            "::warning title=a%253A%3Ab%2Cc%0A::100%25%0D%0Aa:b,c::%250A", WorkflowCommand.Warning("a%3A:b,c\n", "100%\r\na:b,c::%0A"));
        Assert.Equal("::group::a%25%0Ab::c", WorkflowCommand.Group("a%\nb::c"));
        Assert.Equal("::debug::a%25%0Ab::c", WorkflowCommand.Debug("a%\nb::c"));
    }

    [Fact]
    public void The_runner_reads_back_what_was_escaped()
    {
        var read = RunnerLine.Read(WorkflowCommand.Error("t", "100%\r\n%0A a::b"));

        Assert.Equal(new RunnerLine("error", "title=t", "100%\r\n%0A a::b"), read);
    }

    [Fact]
    public void A_message_is_cut_where_the_runner_would_and_never_within_a_character()
    {
        var fits = new string('x', WorkflowCommand.LongestMessage);
        Assert.EndsWith($"::{fits}", WorkflowCommand.Notice("t", fits), StringComparison.Ordinal);

        Assert.EndsWith($"::{fits[1..]}…", WorkflowCommand.Notice("t", fits + "y"), StringComparison.Ordinal);
        Assert.EndsWith($"::{fits[2..]}…", WorkflowCommand.Notice("t", fits[2..] + "😀😀"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_title_is_cut() => Assert.Equal(
        $"::notice title={new string('x', 254)}…::m", WorkflowCommand.Notice(new string('x', 300), "m"));
}
