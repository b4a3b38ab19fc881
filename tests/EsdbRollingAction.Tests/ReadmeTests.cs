using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Notices;
using EsdbRollingAction.Tests.Checks;

namespace EsdbRollingAction.Tests;

/// <summary>What README and docs promise of exit codes, checks, rules, notices and the state is what the program does.</summary>
public partial class ReadmeTests
{
    public static TheoryData<FailureReason> Reasons => [.. Enum.GetValues<FailureReason>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_failure_reason_stands_beside_its_exit_code_and_no_other(FailureReason reason) =>
        Assert.Equal(
            RowOf(reason),
            Assert.Single(Pages.Rows("docs/inputs-and-outputs.md", "exits"), row => row.Contains($"`{ExitCode.NameOf(reason)}`", StringComparison.Ordinal)).Split('|')[1].Trim());

    [Fact]
    public void The_checks_are_those_that_are_made()
    {
        string[] ofTheCluster =
        [
            nameof(ClusterChecks.OneLeaderIsAgreed), nameof(ClusterChecks.VotersAreLevel), nameof(ClusterChecks.ReplicasAreLevel),
            nameof(ClusterChecks.MayAdminister), nameof(ClusterChecks.ClusterCanSpareAVoter),
            nameof(ServerChecks.ServerVersionsAreEqual), nameof(ServerChecks.NoScavengeRuns), nameof(ServerChecks.NoLicenceToActivate),
            nameof(AutoScavengeCheck.NoAutoScavengeRuns),
            "EachNodeHasOneInstance", "NoNodeIsLeftOut",
            nameof(ClusterChecks.EachNodeIsTrusted), nameof(ServerChecks.ServersAreSupported), "GossipIsCurrent",
        ];
        string[] ofCommands =
        [
            "DocumentExists", "ParametersFit", "AgentIsOnline", "PlatformFits", "CommandsCanBeFound", "CommandsAreRun",
            "PendingRebootsAreTold",
            "UpgradeIsSupported", "OptionsLetItStart", "GoodToKnow", nameof(AlarmChecks.AlarmsExist), nameof(AlarmChecks.AlarmsAreQuiet),
        ];
        var ofInstances = InstanceChecks.Of(Facts.Node(), Facts.All, new RollSettings { Seeds = [] }).Concat(TargetTypeChecks.Of(Facts.Node(), Facts.All));

        Assert.Equal(
            ofInstances.Select(check => check.Name).Concat(ofTheCluster).Concat(ofCommands).Concat(["StopInstances", "ModifyInstanceAttribute", "StartInstances", "RebootInstances"]).Order(StringComparer.Ordinal),
            Pages.Rows("docs/checks.md", "checks").SelectMany(row => Names().Matches(row.Split('|')[1]).Select(name => name.Groups[1].Value)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_safety_rules_are_those_that_are_asked() => Assert.Equal(
        DesignTests.Rules.Select(rule => rule.Name).Order(StringComparer.Ordinal),
        Pages.Rows("docs/how-it-works.md", "rules").Select(row => Names().Match(row).Groups[1].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void The_events_of_notices_are_those_that_there_are() => Assert.Equal(
        Enum.GetNames<NoticeEvent>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName).Order(StringComparer.Ordinal),
        Pages.Rows("docs/operating.md", "events").Select(row => row.Split('`')[1]).Order(StringComparer.Ordinal));

    /// <summary>Somebody who looks a reason up finds what it means and what to do, once.</summary>
    [Fact]
    public void Every_failure_reason_stands_in_what_to_do_when_once() => Assert.Equal(
        Enum.GetValues<FailureReason>().Select(ExitCode.NameOf).Append("program-not-found").Order(StringComparer.Ordinal),
        Pages.Rows("README.md", "what-to-do").SelectMany(row => Reason().Matches(row.Split('|')[1]).Select(reason => reason.Groups[1].Value))
            .Where(reason => reason != "paused-because")
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("cluster-fields", typeof(ClusterUpdate))]
    [InlineData("node-fields", typeof(NodeUpdate))]
    public void The_fields_of_the_state_file_are_those_that_are_written(string table, Type written) => Assert.Equal(
        StateJson.Default.GetTypeInfo(written)!.Properties
            .Where(field => field is { IsExtensionData: false, Get: not null } && written.GetProperty(field.Name)!.CanWrite)
            .Select(field => field.Name)
            .Order(StringComparer.Ordinal),
        Pages.Rows("docs/state-file.md", table).Select(row => row.Split('`')[1]).Order(StringComparer.Ordinal));

    /// <summary>A signal that ended the program is its exit code, whatever else is to be said.</summary>
    private static string RowOf(FailureReason reason) => reason == FailureReason.Cancelled
        ? $"{ExitCode.Interrupted}, {ExitCode.Terminated}"
        : ExitCode.Of(reason).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("`([a-z]+(?:-[a-z]+)*)`")]
    private static partial Regex Reason();

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Names();
}
