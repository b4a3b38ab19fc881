using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>Systems Manager over the modelled one.</summary>
internal sealed class SimulatedCommands(ModelWorld model, Aws aws, Wire wire, Run run) : ICommands
{
    public Task<string> SendAsync(CommandToSend command, CancellationToken cancellationToken)
    {
        foreach (var node in model.Ec2.Truth.Where(one => !IsProbe(command) && command.InstanceIds.Contains(one.Id)))
        {
            run.Umpire.Of(node.Node).TimesAskedDown++;
        }

        return AskAsync(NameOf(command), isAct: !IsProbe(command), () =>
        {
            var request = new SsmCommandRequest(command.Document, command.InstanceIds, command.Parameters)
            {
                Comment = command.Comment,
                DocumentVersion = command.Version,
                TimeoutSeconds = 120,
            };
            Spoil(request);
            var id = "";
            run.Umpire.ByTheProgram(run, () => run.Umpire.Commands!.Send(request, run, () => id = model.Ssm.SendCommand(request).Id));
            return model.Ssm.IsAnswerLost(id) ? throw NoAnswer("SendCommand", "reset the connection before it answered") : id;
        }, cancellationToken);
    }

    public Task<IReadOnlyList<SentCommand>> FindAsync(string instanceId, DateTimeOffset after, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<SentCommand>>($"ListCommands {instanceId}", isAct: false, () =>
        [
            .. model.Ssm.ListCommands(new SsmFilter { InstanceId = instanceId, InvokedAfter = after })
                .Select(command => new SentCommand(command.Id, command.Request.Comment, command.RequestedAt)),
        ], cancellationToken);

    public Task<CommandOutcome?> ReadAsync(string commandId, string instanceId, CancellationToken cancellationToken) =>
        AskAsync($"GetCommandInvocation {instanceId}", isAct: false, () =>
        {
            try
            {
                var state = model.Ssm.GetCommandInvocation(commandId, instanceId).State;
                return new CommandOutcome(state.Details, state.ResponseCode, state.Output);
            }
            catch (SsmException exception) when (exception.Code == "InvocationDoesNotExist")
            {
                return (CommandOutcome?)null;
            }
        }, cancellationToken);

    public Task CancelAsync(string commandId, string instanceId, CancellationToken cancellationToken) =>
        AskAsync($"CancelCommand {instanceId}", isAct: true, () =>
        {
            model.Ssm.CancelCommand(commandId, [instanceId]);
            return true;
        }, cancellationToken);

    public Task<CommandDocument?> DescribeDocumentAsync(string name, string version, CancellationToken cancellationToken) =>
        AskAsync<CommandDocument?>($"DescribeDocument {name}", isAct: false, () =>
        {
            var document = Sandbox.Model.Ssm.DescribeDocument(name, version);
            return new CommandDocument($"{document.Version}", "Command", "Active")
            {
                Parameters = document.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Default is null),
                Platforms = document.Platforms,
            };
        }, cancellationToken);

    public Task<PatchState?> PatchesAsync(string instanceId, CancellationToken cancellationToken) =>
        AskAsync("DescribeInstancePatchStates", isAct: false, () => model.Ssm.PatchesOf(instanceId) is { Operation: "Install" } patches
            ? new PatchState(patches.PendingReboot, patches.Began)
            : null, cancellationToken);

    public Task<IReadOnlyDictionary<string, CommandAgent>> AgentsAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyDictionary<string, CommandAgent>>("DescribeInstanceInformation", isAct: false, () => model.Ssm
            .DescribeInstanceInformation(instanceIds)
            .ToDictionary(agent => agent.InstanceId, agent => new CommandAgent(agent.IsOnline ? "Online" : "ConnectionLost", "Linux")), cancellationToken);

    /// <summary>Once nothing disturbs any more, every command is delivered.</summary>
    private void Spoil(SsmCommandRequest request)
    {
        var node = request.InstanceIds.Count == 1 ? model.Ec2.Truth.First(instance => instance.Id == request.InstanceIds[0]).Node : null;
        var next = aws.Mishaps.FindIndex(one =>
            one.Node == node && (run.IsDisturbed || one.Mishap is SsmMishap.Delayed or SsmMishap.AnswerLost));
        if (next >= 0 && run.Scenario.World.Rolled?.IsSame(request) == true)
        {
            run.History?.Add($"the command is {aws.Mishaps[next].Mishap}");
            model.Ssm.Spoil(aws.Mishaps[next].Mishap);
            aws.Mishaps.RemoveAt(next);
        }
    }

    private static string NameOf(CommandToSend command) =>
        $"SendCommand {command.Document} {string.Join(' ', command.InstanceIds)} {command.Comment}";

    /// <summary>What does nothing begins nothing.</summary>
    private static bool IsProbe(CommandToSend command) =>
        command.Parameters.TryGetValue("commands", out var lines) && lines is ["true"];

    private static InstanceException NoAnswer(string what, string how) =>
        new(InstanceErrorKind.Transient, "NoAnswer", $"{what}: it {how}.");

    private Task<T> AskAsync<T>(string what, bool isAct, Func<T> ask, CancellationToken cancellationToken)
    {
        var call = new Call(what, isAct, IsEc2: true, how => NoAnswer(what, how));
        return wire.SendAsync(call, () =>
        {
            run.History?.Add($"program: {what}");
            try
            {
                return new Answer<T>(ask());
            }
            catch (InstanceException lost)
            {
                return new Answer<T>(default, lost);
            }
            catch (SsmException refused)
            {
                return new Answer<T>(default, new InstanceException(InstanceErrorKind.Terminal, refused.Code, refused.Message));
            }
        }, cancellationToken);
    }
}
