using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Ssm;

/// <summary>Systems Manager through the AWS SDK.</summary>
/// <param name="ssm">How it is asked.</param>
/// <param name="secret">A password that a script may write, and nobody may read; null for none.</param>
public sealed class SsmCommands(SsmCalls ssm, string? secret = null) : ICommands
{
    private const int CommandsPerPage = 50;

    /// <summary>How long a command may wait for its delivery. The agent was seen online just before.</summary>
    private static readonly TimeSpan DeliveryPatience = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public async Task<string> SendAsync(CommandToSend command, CancellationToken cancellationToken)
    {
        var send = new SendCommandRequest
        {
            InstanceIds = [.. command.InstanceIds],
            DocumentName = command.Document,
            DocumentVersion = command.Version,
            Comment = command.Comment,
            Parameters = command.Parameters.ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToList()),
            TimeoutSeconds = (int)DeliveryPatience.TotalSeconds,
        };
        var sentence = $"run {command.Document} on {string.Join(", ", command.InstanceIds)}";
        var answer = await ssm.AskAsync(sentence, send, ssm.Once.SendCommandAsync, cancellationToken);
        return answer.Command?.CommandId
            ?? throw new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "Systems Manager answered without a command.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SentCommand>> FindAsync(string instanceId, DateTimeOffset after, CancellationToken cancellationToken)
    {
        var list = new ListCommandsRequest
        {
            InstanceId = instanceId,
            MaxResults = CommandsPerPage,
            Filters = [new CommandFilter { Key = CommandFilterKey.InvokedAfter, Value = Stamp(after) }],
        };
        return await Pages.ReadAsync(
            page =>
            {
                list.NextToken = page;
                return ssm.AskAsync(
                    $"look for commands that were sent to {instanceId}", list, ssm.Client.ListCommandsAsync, cancellationToken);
            },
            answer => ((answer.Commands ?? []).Select(SentCommandOf), answer.NextToken));
    }

    /// <inheritdoc/>
    public async Task<CommandOutcome?> ReadAsync(string commandId, string instanceId, CancellationToken cancellationToken)
    {
        var read = new GetCommandInvocationRequest { CommandId = commandId, InstanceId = instanceId };
        try
        {
            return OutcomeOf(await ssm.AskAsync(
                $"look at the command {commandId} on {instanceId}", read, ssm.Client.GetCommandInvocationAsync, cancellationToken));
        }
        catch (InstanceException exception) when (exception.Code is "InvocationDoesNotExist")
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task CancelAsync(string commandId, string instanceId, CancellationToken cancellationToken)
    {
        var cancel = new CancelCommandRequest { CommandId = commandId, InstanceIds = [instanceId] };
        return ssm.AskAsync($"end the command {commandId} on {instanceId}", cancel, ssm.Client.CancelCommandAsync, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<CommandDocument?> DescribeDocumentAsync(string name, string version, CancellationToken cancellationToken)
    {
        var describe = new DescribeDocumentRequest { Name = name, DocumentVersion = version };
        try
        {
            var answer = await ssm.AskAsync(
                $"look at the document {name}", describe, ssm.Client.DescribeDocumentAsync, cancellationToken);
            return answer.Document is null ? null : DocumentOf(answer.Document);
        }
        catch (InstanceException exception) when (exception.Code.StartsWith("InvalidDocument", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<PatchState?> PatchesAsync(string instanceId, CancellationToken cancellationToken)
    {
        var describe = new DescribeInstancePatchStatesRequest { InstanceIds = [instanceId] };
        var answer = await ssm.AskAsync(
            $"look at the patches of {instanceId}", describe, ssm.Client.DescribeInstancePatchStatesAsync, cancellationToken);
        var state = answer.InstancePatchStates?.Find(one => one.InstanceId == instanceId && one.Operation == PatchOperationType.Install);
        return state is { OperationStartTime: { } began, InstalledPendingRebootCount: { } pending } ? new PatchState(pending, began) : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, CommandAgent>> AgentsAsync(
        IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        var describe = new DescribeInstanceInformationRequest
        {
            Filters = [new InstanceInformationStringFilter { Key = "InstanceIds", Values = [.. instanceIds] }],
        };
        var agents = await Pages.ReadAsync(
            page =>
            {
                describe.NextToken = page;
                return ssm.AskAsync(
                    "look at the agents of Systems Manager",
                    describe,
                    ssm.Client.DescribeInstanceInformationAsync,
                    cancellationToken);
            },
            answer => (answer.InstanceInformationList ?? [], answer.NextToken));
        return agents.ToDictionary(
            agent => agent.InstanceId, agent => new CommandAgent(agent.PingStatus?.Value ?? "unknown", agent.PlatformType?.Value));
    }

    private static SentCommand SentCommandOf(Command command) =>
        new(command.CommandId, command.Comment ?? "", command.RequestedDateTime ?? default);

    private CommandOutcome OutcomeOf(GetCommandInvocationResponse answer)
    {
        var status = string.IsNullOrEmpty(answer.StatusDetails) ? answer.Status?.Value : answer.StatusDetails;
        var output = new[] { answer.StandardOutputContent, answer.StandardErrorContent }.Where(text => !string.IsNullOrWhiteSpace(text));
        return new CommandOutcome(status ?? "unknown", answer.ResponseCode, WithoutSecret(string.Join('\n', output)));
    }

    private string WithoutSecret(string text) =>
        string.IsNullOrEmpty(secret) ? text : text.Replace(secret, "***", StringComparison.Ordinal);

    private static CommandDocument DocumentOf(DocumentDescription described) => new(
        described.DocumentVersion ?? "", described.DocumentType?.Value ?? "Command", described.Status?.Value ?? "Active")
    {
        Parameters = (described.Parameters ?? []).ToDictionary(parameter => parameter.Name, parameter => parameter.DefaultValue is null),
        Platforms = described.PlatformTypes ?? [],
    };

    private static string Stamp(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";
}
