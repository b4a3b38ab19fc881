using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EsdbRollingAction.EndToEnd.Action;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

/// <summary>What README and docs say of the action is what the action does.</summary>
public partial class ReadmeTests
{
    private const string Reference = "docs/inputs-and-outputs.md";

    private static readonly ActionFile Published = ActionFile.Read(ActionFile.OriginalPath);

    [Fact]
    public void The_inputs_are_those_of_the_action_with_their_defaults()
    {
        var documented = Table("inputs").ToDictionary(row => row[0].Trim('`'), row => row[1].Trim('`'));

        Assert.Equal(Published.Inputs.Keys, documented.Keys);
        Assert.All(
            Published.Inputs.Where(input => input.Value.Default is { Length: > 0 }),
            input => Assert.Equal(input.Value.Default, documented[input.Key]));
    }

    [Fact]
    public void The_outputs_are_those_of_the_action() =>
        Assert.Equal(Published.Outputs.Keys, Table("outputs").Select(row => row[0].Trim('`')));

    [Fact]
    public void The_reason_that_only_the_action_gives_stands_beside_its_exit_code() =>
        Assert.Equal("1", Assert.Single(Table("exits"), row => row[2] == "`program-not-found`")[0]);

    /// <summary>The oldest runner that knows node24, on which the state is saved.</summary>
    [Fact]
    public void The_oldest_runner_is_named() => Assert.Contains("## Runner\n\n* Version 2.327.1 or later", Page("docs/requirements.md"), StringComparison.Ordinal);

    [Fact]
    public async Task The_iam_policy_allows_every_call_that_a_plan_and_a_roll_make_and_no_other()
    {
        await using var rolling = await Rolling.StartAsync();
        await rolling.RunAsync(("INPUT_MODE", "plan"));
        rolling.AssertRolled(await rolling.RunAsync());

        var made = CallsOf(rolling, "ec2");

        Assert.Equal(made.Order(StringComparer.Ordinal), Policy().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_usage_is_a_workflow_of_a_few_lines_with_inputs_that_exist()
    {
        var usage = Block("README.md", "**The workflow**", "yaml");

        Assert.InRange(usage.TrimEnd().Split('\n').Length, 5, 17);
        Assert.All(
            WithKeys().Matches(usage[usage.IndexOf("with:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value),
            input => Assert.Contains(input, Published.Inputs.Keys));
    }

    /// <summary>A called workflow cannot be given more than its caller has, and a group of another name keeps nobody out.</summary>
    [Fact]
    public void Both_usages_grant_what_is_needed_and_the_group_is_the_one_of_the_reusable_workflow()
    {
        Assert.All(
            [Block("README.md", "**The workflow**", "yaml"), Block("docs/workflows.md", "is also a reusable workflow", "yaml")],
            usage => Assert.Contains("permissions: { id-token: write, actions: read, checks: write, contents: read }", usage, StringComparison.Ordinal));
        Assert.Contains("group: esdb-rolling-update-orders,", Block("README.md", "**The workflow**", "yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_policy_for_commands_names_the_calls_that_such_a_roll_makes_and_the_one_that_ends_a_command()
    {
        await using var rolling = await Rolling.StartAsync(CommandTests.Options());
        rolling.AssertRolled(await rolling.RunAsync());

        var made = CallsOf(rolling, "ssm").Append("ssm:CancelCommand").Distinct();

        Assert.Equal(made.Order(StringComparer.Ordinal), Policy("<!-- ssm-policy").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Patches_need_one_call_more_than_the_policy_for_commands_names()
    {
        await using var rolling = await Rolling.StartAsync(CommandTests.PatchOptions);
        rolling.AssertRolled(await rolling.RunAsync());

        var made = CallsOf(rolling, "ssm");

        Assert.Equal(["ssm:DescribeInstancePatchStates"], made.Except(Policy("<!-- ssm-policy")));
    }

    [Fact]
    public async Task The_policy_for_alarms_names_the_call_that_a_roll_with_alarms_makes()
    {
        await using var rolling = await Rolling.StartAsync(AlarmTests.Options(new AlarmOptions("orders"), new AlarmOptions("composite") { IsComposite = true }));
        rolling.AssertRolled(await rolling.RunAsync());

        var made = CallsOf(rolling, "cloudwatch");

        Assert.Equal(made, Policy("<!-- alarms-policy"));
    }

    [Fact]
    public async Task The_policy_for_a_look_names_the_calls_that_it_makes_and_no_other()
    {
        await using var rolling = await Rolling.StartAsync();
        await rolling.RunAsync(("INPUT_MODE", "status"));

        var made = CallsOf(rolling, "ec2");

        Assert.Equal(made.Order(StringComparer.Ordinal), Policy("<!-- status-policy").Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Policy(string marker = "<!-- iam-policy") =>
        JsonNode.Parse(Block("docs/iam.md", marker, "json"))!["Statement"]!.AsArray()
            .SelectMany(statement => statement!["Action"]!.AsArray())
            .Select(action => (string)action!);

    private static string Page(string page) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, page));

    /// <summary>A block of code, as it is copied: without what a list puts before each line.</summary>
    private static string Block(string page, string after, string language)
    {
        var text = Page(page);
        var fence = text.IndexOf($"```{language}\n", text.IndexOf(after, StringComparison.Ordinal), StringComparison.Ordinal);
        var indent = fence - text.LastIndexOf('\n', fence) - 1;
        var start = fence + language.Length + 4;
        var lines = text[start..text.IndexOf("```", start, StringComparison.Ordinal)].Split('\n');
        return string.Join('\n', lines.Select(line => line[Math.Min(indent, line.Length)..]));
    }

    /// <summary>The rows of the table behind a marker: its cells, without the two rows of its head.</summary>
    private static IEnumerable<string[]> Table(string marker)
    {
        var text = Page(Reference);
        return text[text.IndexOf($"<!-- {marker}:", StringComparison.Ordinal)..].Split('\n')
            .Skip(3)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split(" | ", StringSplitOptions.TrimEntries));
    }

    [GeneratedRegex("^ {10}([a-z-]+):", RegexOptions.Multiline)]
    private static partial Regex WithKeys();

    /// <summary>The calls of a service that were made, each once, as policies name them.</summary>
    private static IEnumerable<string> CallsOf(Rolling rolling, string service) => rolling.Sandbox.Requests.Entries
        .Where(request => request.Target == service)
        .Select(request => $"{service}:{request.What.Split(' ')[0]}")
        .Distinct();
}
