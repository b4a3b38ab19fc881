using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using static EsdbRollingAction.Core.Row;
using Agents = EsdbRollingAction.Core.Ec2.AwsAnswer<
    System.Collections.Generic.IReadOnlyDictionary<string, EsdbRollingAction.Core.Ssm.CommandAgent>>;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>
/// Whether a command can be run on every node. Systems Manager has no dry runs: a command that does nothing proves that it takes one, and
/// that the agents run it.
/// </summary>
internal sealed class CommandChecks(ICommands commands, CommandSpec spec, TimeProvider time)
{
    private const string Linux = "Linux";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Nothing =
        new Dictionary<string, IReadOnlyList<string>> { ["commands"] = ["true"] };

    /// <summary>Makes the checks.</summary>
    /// <returns>The rows, and the document where it is there.</returns>
    public async Task<(IReadOnlyList<Check> Rows, CommandDocument? Document)> MakeAsync(
        IReadOnlyList<CheckedNode> nodes, CancellationToken cancellationToken)
    {
        List<string> ids = [.. nodes.Select(node => node.Instance.Id)];
        var described = await AwsAnswer.OfAsync(() => commands.DescribeDocumentAsync(spec.Document, spec.Version, cancellationToken));
        var agents = await AwsAnswer.OfAsync(() => commands.AgentsAsync(ids, cancellationToken));
        var document = described.Value;
        List<Check> rows =
        [
            DocumentExists(described),
            .. document is null ? [] : new[] { ParametersFit(document) },
            .. CheckRows.Of(nodes, node => OfAgent(node, document, agents)),
        ];
        if (!rows.Exists(row => row.Outcome is CheckOutcome.Refused))
        {
            rows.Add(await CommandsCanBeFoundAsync(nodes[0], cancellationToken));
            List<string> onLinux = [.. nodes.Where(node => IsOnLinux(node, agents)).Select(node => node.Instance.Id)];
            rows.Add(await CommandsAreRunAsync(onLinux, cancellationToken));
            rows.AddRange(spec.TellsPendingReboot ? [await PendingRebootsAreToldAsync(nodes[0], cancellationToken)] : []);
        }

        return (rows, document);
    }

    private Check DocumentExists(AwsAnswer<CommandDocument?> described) => described switch
    {
        { Problem: not null } => NotTold(described, nameof(DocumentExists)),
        { Value: null } => Refused(
            $"there is no document {spec.Document} with version {spec.Version} in this account and region",
            "Set ssm-document and ssm-document-version"),
        { Value: { Kind: not "Command" } other } => Refused($"{spec.Document} is of the kind {other.Kind}, which is no command"),
        { Value: { Status: not "Active" } idle } => Refused($"{spec.Document} is {idle.Status}"),
        _ => Passed($"{spec.Document} version {described.Value.Version}"),
    };

    private Check ParametersFit(CommandDocument document)
    {
        var values = new[] { spec.Parameters, spec.RollbackParameters }.OfType<CommandParameters>().ToList();
        var unknown = values.SelectMany(given => given.Values.Keys).Except(document.Parameters.Keys).ToList();
        var missing = document.Parameters.Where(one => one.Value && values.Exists(given => !given.Values.ContainsKey(one.Key))).ToList();
        var known = string.Join(", ", document.Parameters.Keys);
        return (unknown, missing) switch
        {
            ({ Count: > 0 }, _) => Refused($"{spec.Document} has no parameter {string.Join(", ", unknown)}; it has {known}"),
            (_, { Count: > 0 }) => Refused(
                $"{spec.Document} needs the parameter {string.Join(", ", missing.Select(one => one.Key))}", "Set ssm-parameters"),
            _ => Passed(values.Sum(given => given.Values.Count) == 0 ? "none is needed" : "the document knows them all"),
        };
    }

    private static IEnumerable<Check> OfAgent(CheckedNode node, CommandDocument? document, Agents agents)
    {
        if (agents.Value is not { } online)
        {
            return [NotTold(agents, nameof(AgentIsOnline))];
        }

        if (node.Instance.State is not InstanceState.Running)
        {
            return [NotChecked($"{node.Instance.Id} is {node.Instance.State}; the update brings it back", nameof(AgentIsOnline))];
        }

        var agent = online.GetValueOrDefault(node.Instance.Id);
        return [AgentIsOnline(agent), .. document is null || agent is null ? [] : new[] { PlatformFits(agent, document) }];
    }

    private static Check AgentIsOnline(CommandAgent? agent) => agent switch
    {
        null => Refused(
            "no SSM agent of this instance has signed in to Systems Manager",
            "Install the agent and give the instance a profile with AmazonSSMManagedInstanceCore"),
        { IsOnline: false } => Refused($"the SSM agent is {agent.Ping}", "Look at amazon-ssm-agent on the instance"),
        _ => Passed(agent.Ping),
    };

    private static Check PlatformFits(CommandAgent agent, CommandDocument document) =>
        agent.Platform is null || document.Platforms.Count == 0 ? NotChecked("Systems Manager does not tell it")
        : document.Platforms.Contains(agent.Platform, StringComparer.Ordinal) ? Passed(agent.Platform)
        : Refused($"the instance runs {agent.Platform}, the document is for {string.Join(" or ", document.Platforms)}");

    /// <summary>Without that a command whose answer is lost could not be found again, and would be sent twice.</summary>
    private async Task<Check> CommandsCanBeFoundAsync(CheckedNode node, CancellationToken cancellationToken)
    {
        const string name = "CommandsCanBeFound";
        var found = await AwsAnswer.OfAsync(
            () => commands.FindAsync(node.Instance.Id, time.GetUtcNow() - Patience, cancellationToken));
        return found.Problem is null ? Passed("allowed", name) : NotTold(found, name);
    }

    private async Task<Check> PendingRebootsAreToldAsync(CheckedNode node, CancellationToken cancellationToken)
    {
        const string name = "PendingRebootsAreTold";
        var patches = await AwsAnswer.OfAsync(() => commands.PatchesAsync(node.Instance.Id, cancellationToken));
        return patches.Problem is { } why
            ? Note($"{Sentence.Clause(why)}; a node of which Patch Manager does not tell it is rebooted", name: name)
            : Passed("a node is rebooted where Patch Manager says that a reboot is pending", name);
    }

    private async Task<Check> CommandsAreRunAsync(List<string> instances, CancellationToken cancellationToken)
    {
        const string name = "CommandsAreRun";
        if (instances.Count == 0)
        {
            return NotChecked("the command that does nothing is for Linux", name);
        }

        var answer = await AwsAnswer.OfAsync(() => RunNothingAsync(instances, name, cancellationToken));
        return answer switch
        {
            { Value: { } row } => row,
            { Kind: InstanceErrorKind.AccessDenied } when spec.Document != CommandSpec.ShellScript => NotChecked(
                $"{CommandSpec.ShellScript} is not allowed; whether {spec.Document} is shows when it is sent, before a node is touched",
                name),
            _ => NotTold(answer, name),
        };
    }

    private async Task<Check> RunNothingAsync(List<string> instances, string name, CancellationToken cancellationToken)
    {
        var probe = new CommandToSend(instances, CommandSpec.ShellScript, "esdb-rolling-update probe") { Parameters = Nothing };
        var id = await commands.SendAsync(probe, cancellationToken);
        var until = time.GetUtcNow() + Patience;
        var ended = await Task.WhenAll(instances.Select(instance => OutcomeAsync(id, instance, until, cancellationToken)));
        var not = instances.Zip(ended)
            .Where(one => one.Second.Progress is not CommandProgress.Succeeded)
            .Select(one => $"{one.Second.Status} on {one.First}")
            .ToList();
        return not.Count == 0
            ? Passed("a command that does nothing was run", name)
            : Refused(
                $"a command that does nothing is {string.Join(", ", not)} (command {id})", "Look at amazon-ssm-agent there", name);
    }

    private async Task<CommandOutcome> OutcomeAsync(string id, string instance, DateTimeOffset until, CancellationToken cancellationToken)
    {
        while (true)
        {
            var outcome = await commands.ReadAsync(id, instance, cancellationToken);
            if (outcome is { HasEnded: true } || time.GetUtcNow() >= until)
            {
                return outcome ?? new CommandOutcome("not shown");
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    private static bool IsOnLinux(CheckedNode node, Agents agents) =>
        agents.Value?.GetValueOrDefault(node.Instance.Id) is { IsOnline: true, Platform: Linux };
}
