using System.Text.RegularExpressions;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.CommandLine;

namespace EsdbRollingAction.Models.Tests.Sandbox.CommandLine;

public sealed partial class ArgumentsTests
{
    [Theory]
    [InlineData("plan", false)]
    [InlineData("apply", false)]
    [InlineData("rollback", true)]
    public void A_mode_is_the_program_s_and_a_roll_back_resumes(string mode, bool resumes)
    {
        var arguments = Parse($"--mode {mode}");

        Assert.Null(arguments.Error);
        Assert.Equal((mode, resumes, resumes), (arguments.Mode, arguments.Resumes, arguments.IsRollback));
    }

    [Fact]
    public void An_instance_may_be_about_to_retire() => Assert.Equal("test-node5", Parse("--voters 5 --retiring test-node5").Options.Retiring);

    [Theory]
    [InlineData("", null)]
    [InlineData("--strategy Ec2InstanceTypeUpdate", null)]
    [InlineData("--strategy Ec2InstanceRestart", RestartKind.StopStart)]
    [InlineData("--strategy Ec2InstanceRestart --restart-kind stop-start", RestartKind.StopStart)]
    [InlineData("--restart-kind reboot --voters 5 --strategy Ec2InstanceRestart", RestartKind.Reboot)]
    public void What_is_rolled_is_a_type_or_a_restart_of_a_kind(string words, RestartKind? kind)
    {
        var arguments = Parse(words);

        Assert.Null(arguments.Error);
        Assert.Equal(kind, arguments.Options.Restarts);
    }

    [Fact]
    public void A_command_is_rolled_with_its_document_and_what_it_takes()
    {
        Assert.Null(Parse("").Options.Command);
        Assert.Equal(new CommandOptions("""{"commands":["systemctl restart kurrentdb"]}"""), Parse("--strategy SsmCommandUpdate").Options.Command);
        Assert.Equal(
            new CommandOptions("""{"Version":"26"}""") { Document = "esdb-upgrade", RollbackParametersJson = """{"Version":"25"}""", RebootAfter = true },
            Parse("""--ssm-document esdb-upgrade --ssm-parameters {"Version":"26"} --ssm-rollback-parameters {"Version":"25"} --reboot-after --strategy SsmCommandUpdate""")
                .Options.Command);
    }

    [Fact]
    public void A_version_is_rolled_with_the_usual_document_or_another_one()
    {
        Assert.Null(Parse("").Options.Upgrade);
        var usual = Parse("--strategy ServerVersionUpdate --server-version 23.10.8 --target-server-version 24.10.4");
        Assert.Null(usual.Error);
        Assert.Equal(("23.10.8", new UpgradeOptions("24.10.4")), (usual.Options.ServerVersion, usual.Options.Upgrade));
        Assert.Null(usual.Options.Command);

        const string Installed = """{"Version":"24.10.4"}""";
        const string Before = """{"Version":"23.10.8"}""";
        var named = $"--target-server-version 24.10 --ssm-parameters {Installed} --ssm-rollback-parameters {Before}";
        Assert.Equal(
            new CommandOptions(Installed) { Document = "esdb-upgrade", RollbackParametersJson = Before },
            Parse($"{named} --strategy ServerVersionUpdate").Options.Upgrade?.Custom);
    }

    [Fact]
    public void Without_a_word_it_is_a_roll_from_the_beginning()
    {
        var arguments = Parse("");

        Assert.Equal(("apply", false, null, null), (arguments.Mode, arguments.Resumes, arguments.KillAfter, arguments.Error));
    }

    [Theory]
    [InlineData("2.5", 2.5)]
    [InlineData("8", 8)]
    public void The_program_may_be_killed_after_seconds(string seconds, double expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), Parse($"--kill-after {seconds}").KillAfter);

    [Theory]
    [InlineData("--mode step", "step is not a mode: there are plan, apply and rollback.")]
    [InlineData("--mode", "--mode needs a value.")]
    [InlineData("--mode --resume", "--mode needs a value.")]
    [InlineData("--kill-after 0", "0 is not a number of seconds above 0.")]
    [InlineData("--kill-after -1", "-1 is not a number of seconds above 0.")]
    [InlineData("--kill-after soon", "soon is not a number of seconds above 0.")]
    [InlineData("--kill-after 1e99", "1e99 is not a number of seconds above 0.")]
    [InlineData("--fault rain", "rain is not a fault.")]
    [InlineData("--voters 0", "0 is not a number of at least 1.")]
    [InlineData(
        "--strategy Rain",
        "Rain is not a strategy: there are Ec2InstanceTypeUpdate, Ec2InstanceRestart, SsmCommandUpdate and ServerVersionUpdate.")]
    [InlineData("--strategy Ec2InstanceRestart --restart-kind kick", "kick is not a kind of restart: there are stop-start and reboot.")]
    [InlineData("--restart-kind reboot", "--restart-kind is for --strategy Ec2InstanceRestart.")]
    [InlineData(
        "--reboot-after",
        "--ssm-document, --ssm-parameters, --ssm-rollback-parameters and --reboot-after are for --strategy SsmCommandUpdate"
        + " or ServerVersionUpdate.")]
    [InlineData("--strategy ServerVersionUpdate", "--target-server-version is for --strategy ServerVersionUpdate, which needs it.")]
    [InlineData("--target-server-version 24.10", "--target-server-version is for --strategy ServerVersionUpdate, which needs it.")]
    [InlineData("--server-version new", "new is not a version such as 24.10.4.")]
    [InlineData(
        "--strategy ServerVersionUpdate --target-server-version 24.10 --reboot-after",
        "--reboot-after is for --strategy SsmCommandUpdate.")]
    [InlineData(
        "--strategy ServerVersionUpdate --target-server-version 24.10 --ssm-document mine",
        "With --strategy ServerVersionUpdate, --ssm-document and --ssm-rollback-parameters need --ssm-parameters.")]
    [InlineData(
        "--resume --server-version 24.10.4",
        "--server-version cannot be given with --resume: the cluster is built again as it was left.")]
    [InlineData("--strategy SsmCommandUpdate --ssm-parameters [1]", """[1] is not an object of texts or lists of texts, such as {"commands":["systemctl restart kurrentdb"]}.""")]
    [InlineData("--strategy SsmCommandUpdate --restart-kind reboot", "--restart-kind is for --strategy Ec2InstanceRestart.")]
    [InlineData("--retiring", "--retiring needs a value.")]
    [InlineData("--retiring test-node9", "test-node9 is not a node: there are test-node, test-node2, test-node3, test-node4readonly.")]
    [InlineData("--retiring test-node --voters 1", "test-node is not a node: there are test-node1, test-node2readonly.")]
    [InlineData("--resume --retiring test-node", "--retiring cannot be given with --resume: the cluster is built again as it was left.")]
    [InlineData("--resume now", "now is not an option.")]
    [InlineData("--resume --voters 5", "--voters cannot be given with --resume: the cluster is built again as it was left.")]
    [InlineData("--tls --mode rollback", "--tls cannot be given with --mode rollback: the cluster is built again as it was left.")]
    public void What_is_wrong_is_said_in_a_sentence(string words, string error) => Assert.Equal(error, Parse(words).Error);

    [Fact]
    public void The_help_names_options_and_faults_that_exist()
    {
        Assert.All(
            Options().Matches(HelpText.Text).Select(match => match.Value),
            option => Assert.DoesNotContain("is not an option", Parse(option).Error ?? "", StringComparison.Ordinal));
        Assert.All(
            Faults().Matches(HelpText.Text).Select(match => match.Groups[1].Value),
            fault => Assert.Null(Parse($"--fault {fault}").Error));
    }

    [Theory]
    [InlineData("--mode")]
    [InlineData("--kill-after")]
    [InlineData("--resume")]
    [InlineData("--folder")]
    [InlineData("--voters")]
    [InlineData("--time-scale")]
    [InlineData("--strategy")]
    [InlineData("--restart-kind")]
    [InlineData("--retiring")]
    [InlineData("--ssm-document")]
    [InlineData("--ssm-parameters")]
    [InlineData("--ssm-rollback-parameters")]
    [InlineData("--reboot-after")]
    [InlineData("--server-version")]
    [InlineData("--target-server-version")]
    public void The_help_names_the_option(string option) => Assert.Contains($"  {option} ", HelpText.Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "--resume")]
    [InlineData("--kill-after 8", "--resume")]
    [InlineData("--voters 5 --replicas 2 --tls --secured --retiring test-node1 --time-scale 40", "--time-scale 40 --resume")]
    [InlineData("--mode rollback --kill-after 3 --resume", "--mode rollback --resume")]
    [InlineData("--strategy Ec2InstanceRestart --restart-kind reboot", "--strategy Ec2InstanceRestart --restart-kind reboot --resume")]
    [InlineData(
        "--strategy ServerVersionUpdate --server-version 23.10.8 --target-server-version 24.10.4",
        "--strategy ServerVersionUpdate --target-server-version 24.10.4 --resume")]
    [InlineData("--fault throttling --seed 3", "--fault throttling --seed 3 --resume")]
    public void What_resumes_leaves_out_the_kill_and_what_the_cluster_is_like(string words, string expected) => Assert.Equal(
        $"dotnet run --project tests/EsdbRollingAction.Sandbox -- {expected}",
        ResumeCommand.Of(Words(words), RollFolder.Usual));

    [Fact]
    public void What_resumes_names_a_folder_that_is_not_the_usual_one_as_a_shell_takes_it() =>
        Assert.EndsWith(
            "-- --mode apply --folder '/tmp/it'\\''s here' --resume",
            ResumeCommand.Of(["--folder", "elsewhere", "--mode", "apply"], "/tmp/it's here"),
            StringComparison.Ordinal);

    private static Arguments Parse(string words) => Arguments.Parse(Words(words));

    private static string[] Words(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Options();

    [GeneratedRegex("^    ([a-z-]+)  ", RegexOptions.Multiline)]
    private static partial Regex Faults();
}
