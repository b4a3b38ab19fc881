using System.Text.RegularExpressions;
using CsCheck;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Log;

namespace EsdbRollingAction.Tests.Log;

public partial class HostileTextTests
{
    private static readonly LogStyle Everything = new(WorkflowCommands: true, Colours: true, ErrorColours: true, Debugs: true);

    private static readonly Gen<string> Hostile = Gen.OneOf(
        "\n", "\r", "\r\n", "\u0085", "\u2028", "\u000b", "::", ":", "set-output name=x::y", "::error::z", "::endgroup::", "::add-mask::e",
        "::stop-commands::t", "##[", "##", "#", "[", "]", "##[error]", "##[group]g", "error]", "%0A", "%0D", "%25", "%3A%3A", "%", ",", "title=",
        "\e[31m", "\e]0;t\a", "\u200b", "\u202e", "\u00ad", "\u034f", "\ufeff", "\u3000", " ", "\ud83d", "😀", "node", "")
        .Array[0, 8].Select(string.Concat);

    [Fact]
    public void No_text_can_become_a_command_or_a_line_of_its_own() =>
        Gen.Select(Hostile, Hostile, Hostile, Hostile).Sample(
            (name, instance, phase, why) => AssertSameShape(Everything, name, instance, phase, why), iter: Extent.Of(200, 2000));

    [Fact]
    public void Nor_outside_of_GitHub_can_it_become_a_line_of_its_own() =>
        Gen.Select(Hostile, Hostile, Hostile, Hostile).Sample(
            (name, instance, phase, why) => AssertSameShape(LogFixture.Plain, name, instance, phase, why), iter: Extent.Of(100, 500));

    private static void AssertSameShape(LogStyle style, string name, string instance, string phase, string why)
    {
        var (output, error) = Roll(style, name, instance, phase, why);
        var (harmless, harmlessError) = Roll(style, "node", "i-1", "Odd", "why");

        var read = RunnerLine.ReadAll(output);
        Assert.Equal(RunnerLine.ReadAll(harmless).Select(Shape), read.Select(Shape));
        Assert.Equal(RunnerLine.ReadAll(harmlessError).Select(Shape), RunnerLine.ReadAll(error).Select(Shape));
        Assert.All(read, line => Assert.DoesNotContain(OwnColours().Replace(line.Data, ""), char.IsControl));
    }

    /// <summary>What the runner does with a line, whatever it says.</summary>
    private static string Shape(RunnerLine line) => $"{line.Command} {line.Properties.Split('=')[0]}";

    /// <summary>Everything that can be told, told once with these words.</summary>
    private static (string Output, string Error) Roll(LogStyle style, string name, string instance, string phase, string why)
    {
        using var roll = new LogFixture(style);
        var (first, second) = (roll.Node("node1", called: name), roll.Node("node2", called: name));
        roll.Change(first, node => node with { Ec2InstanceId = instance, NodeUpdateStatusDetail = phase, NodeUpdateStatus = UpdateStatus.InProgress });
        roll.Log.Notice(why);
        roll.Log.Checked([Core.Check.Refused("Rule", why)], inFull: true);
        roll.Log.Planned(roll.State);
        roll.Waits(first, NodePhase.Waiting, why, "Rule");
        roll.Passes(600);
        roll.Change(first, node => node with { NoCapacitySince = roll.Time.GetUtcNow() });
        var start = roll.Acts(first, NodePhase.Starting, new Act.StartInstance(), why);
        roll.Log.Refused(start, why, roll.Time.GetUtcNow());
        roll.Finishes(first, NodePhase.RolledBack, why);
        roll.Acts(second, NodePhase.Stopping, AnAct.Stop, why);
        roll.Finishes(second, NodePhase.Failed, why);
        roll.IsOver();
        roll.Succeeds(why);
        roll.Fails(FailureReason.InstanceStopFailed, why);
        return (roll.Output, roll.Error);
    }

    [GeneratedRegex("\e\\[(3[0-9]|0)m")]
    private static partial Regex OwnColours();
}
