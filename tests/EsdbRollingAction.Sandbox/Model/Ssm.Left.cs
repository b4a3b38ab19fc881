using EsdbRollingAction.Sandbox.Resuming;

namespace EsdbRollingAction.Sandbox.Model;

/// <content>Commands that one sandbox leaves and another takes over.</content>
public sealed partial class Ssm
{
    /// <summary>Every command, with what still has to be done of it.</summary>
    internal IReadOnlyList<LeftCommand> Left =>
    [
        .. commands.Select(sent => new LeftCommand(sent.Id, sent.Request, sent.RequestedAt) { Invocations = [.. sent.Runs.Select(Leave)] }),
    ];

    /// <summary>
    /// What an earlier sandbox was asked to run. What waited is delivered, and a script goes on after the line that it was at.
    /// </summary>
    internal void Restore(IReadOnlyList<LeftCommand> left) => world.Do(() =>
    {
        foreach (var command in left)
        {
            var document = SsmDocument.Find(command.Request.DocumentName, command.Request.DocumentVersion);
            var sent = new SsmSent(command.Id, command.Request, document, command.RequestedAt) { ListedAt = world.Now };
            commands.Add(sent);
            foreach (var invocation in command.Invocations.Where(invocation => machines.ContainsKey(invocation.InstanceId)))
            {
                Restore(sent, invocation);
            }
        }
    });

    private static LeftInvocation Leave(SsmRun run) => new(run.Machine.InstanceId, run.Now)
    {
        Remaining = run.AfterBoot ?? run.Script?.ToDo,
        IsLost = run.IsLost,
        RestartsAtEnd = run.RestartsAtEnd,
        Output = run.Written.Output + (run.AfterBoot is null && !run.Now.HasEnded ? run.Script?.Output : null),
        Error = run.Written.Error + (run.AfterBoot is null && !run.Now.HasEnded ? run.Script?.Error : null),
    };

    private void Restore(SsmSent sent, LeftInvocation left)
    {
        var run = new SsmRun(sent, machines[left.InstanceId], left.State, world.Now)
        {
            VisibleAt = world.Now,
            IsAct = SsmPrograms.IsAct(sent.Document, sent.Request) || IsExpected(sent) || IsForward(sent),
            IsExpected = IsExpected(sent),
            IsForward = IsForward(sent),
            IsLost = left.IsLost,
            RestartsAtEnd = left.RestartsAtEnd,
            EndedAt = world.Now - TimeSpan.FromSeconds(StatusStaleness),
            Written = (left.Output, left.Error),
        };
        sent.Runs.Add(run);
        if (run.Now.HasEnded)
        {
            return;
        }

        world.After(sent.Request.TimeoutSeconds, () => GiveUpDelivery(run));
        world.After(ExecutionTimeout(run), () => GiveUpExecution(run));
        if (run.Now.Status == "Cancelling")
        {
            world.After(1, () => FinishCancelling(run));
        }
        else if (run.Now.IsWaiting)
        {
            Deliver(run, run.IsLost ? SsmMishap.NeverDelivered : null);
        }
        else if (left.Remaining is { } lines && ec2.IsBooted(run.Node))
        {
            run.Program = programs.Of(run);
            world.After(0, () => Run(run, lines));
        }
    }
}
