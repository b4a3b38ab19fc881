using System.Globalization;

namespace EsdbRollingAction.Sandbox.Model;

/// <content>What becomes of a command on a machine.</content>
public sealed partial class Ssm
{
    private const int RebootAsked = 194;
    private const double DelaySeconds = 20;
    private const int LongestOutput = 24_000;
    private const int LongestError = 8_000;
    private const int UsualExecutionTimeout = 3600;

    private void Take(SsmSent sent, SsmMachine machine, SsmMishap? mishap)
    {
        var isExpected = IsExpected(sent);
        var isAct = isExpected || SsmPrograms.IsAct(sent.Document, sent.Request);
        if (isAct)
        {
            world.Tell(new Act(world.Now, ActKind.Command, machine.Node, sent.Document.Name) { IsOther = !isExpected });
        }

        var run = new SsmRun(sent, machine, new SsmState("Pending", "Pending"), world.Now)
        {
            VisibleAt = world.Now + Late(0.5, 3),
            IsAct = isAct,
            IsExpected = isExpected,
            IsForward = IsForward(sent),
            IsLost = mishap == SsmMishap.NeverDelivered,
        };
        sent.Runs.Add(run);
        world.After(sent.Request.TimeoutSeconds, () => GiveUpDelivery(run));
        Deliver(run, mishap);
    }

    private bool IsExpected(SsmSent sent) => options.Rolled?.IsSame(sent.Request) == true;

    private bool IsForward(SsmSent sent) => options.Rolled is { } command && (command with { IsTakenBack = false }).IsSame(sent.Request);

    private void Deliver(SsmRun run, SsmMishap? mishap)
    {
        switch (mishap)
        {
            case SsmMishap.NeverDelivered:
                break;
            case SsmMishap.Undeliverable or SsmMishap.Terminated:
                world.After(world.Between(1, 3), () => EndWaiting(run, "Failed", $"{mishap}"));
                break;
            case SsmMishap.Delayed:
                world.After(world.Between(0.3, 2), () => Delay(run));
                world.After(DelaySeconds, () => Arrive(run));
                break;
            default:
                world.After(world.Between(0.3, 2), () => Arrive(run));
                break;
        }
    }

    private void Delay(SsmRun run)
    {
        if (run.Now.IsWaiting)
        {
            run.Become(new SsmState("Delayed", "Delayed"), world.Now);
        }
    }

    /// <summary>Where the agent is not online it waits for it.</summary>
    private void Arrive(SsmRun run)
    {
        run.HasArrived = true;
        if (!run.Now.IsWaiting || !IsOnline(run.Machine))
        {
            return;
        }

        run.Program = programs.Of(run);
        run.Become(new SsmState("InProgress", "InProgress") { BeganAt = Utc(world.Now) }, world.Now);
        world.After(ExecutionTimeout(run), () => GiveUpExecution(run));
        Run(run, run.Program.Lines);
    }

    private void Run(SsmRun run, IReadOnlyList<string> lines)
    {
        var machine = new ScriptMachine(world, cluster, ec2, run.Node) { Unit = options.Unit };
        run.Script = new ScriptRun(world, machine, [.. lines], code => TakeExitCode(run, code));
        run.Script.Go();
    }

    private void TakeExitCode(SsmRun run, int code)
    {
        run.Written = (run.Written.Output + run.Script!.Output, run.Written.Error + run.Script.Error);
        if (code == RebootAsked)
        {
            run.AfterBoot = run.Program!.AfterReboot ?? run.Program.Lines;
            ec2.RebootAtOnce(run.Node);
            return;
        }

        run.Machine.IsRebootPending |= code == 0 && run.Program!.WantsReboot;
        if (code == 0 && run.Program!.PatchOperation is { } operation)
        {
            run.LeavesRebootPending = run.Machine.IsRebootPending;
            run.Machine.Patches = new SsmPatches(operation, run.Machine.IsRebootPending ? 2 : 0, run.Now.BeganAt!.Value, Utc(world.Now))
            {
                ShownAt = world.Now + Late(0, StatusStaleness),
            };
        }

        run.Written = code == 0 ? run.Written : (run.Written.Output, $"{run.Written.Error}failed to run commands: exit status {code}");
        var status = code == 0 ? "Success" : "Failed";
        End(run, run.Now with { Status = status, Details = status, ResponseCode = code });
    }

    private void End(SsmRun run, SsmState state)
    {
        run.EndedAt = world.Now;
        run.RestartsAtEnd = ec2.RestartsOf(run.Node);
        run.AfterBoot = null;
        run.Become(
            state with
            {
                EndedAt = Utc(world.Now),
                Output = Cut(run.Written.Output, LongestOutput),
                Error = Cut(run.Written.Error, LongestError),
            },
            world.Now);

        // Whoever waits until it shows everywhere is told when it does.
        world.After(StatusStaleness, () => { });
    }

    private void EndWaiting(SsmRun run, string status, string details)
    {
        if (run.Now.IsWaiting)
        {
            End(run, run.Now with { Status = status, Details = details });
        }
    }

    private void GiveUpDelivery(SsmRun run) => EndWaiting(run, "TimedOut", "DeliveryTimedOut");

    private void GiveUpExecution(SsmRun run)
    {
        if (!run.Now.HasEnded)
        {
            Kill(run);
            End(run, run.Now with { Status = "TimedOut", Details = "ExecutionTimedOut" });
        }
    }

    private void Cancel(SsmRun run)
    {
        if (!run.Now.HasEnded)
        {
            run.Become(run.Now with { Status = "Cancelling", Details = "Cancelling" }, world.Now);
            world.After(world.Between(0.3, 2), () => FinishCancelling(run));
        }
    }

    /// <summary>What runs is cancelled by the agent, if it can be told.</summary>
    private void FinishCancelling(SsmRun run)
    {
        if (run.Now.Status == "Cancelling" && (run.Now.BeganAt is null || IsOnline(run.Machine)))
        {
            Kill(run);
            End(run, run.Now with { Status = "Cancelled", Details = "Cancelled" });
        }
    }

    private static void Kill(SsmRun run)
    {
        if (run.Script is { } script && run.AfterBoot is null)
        {
            script.Kill();
            run.Written = (run.Written.Output + script.Output, run.Written.Error + script.Error);
        }
    }

    /// <summary>
    /// The agent is there again. It knows of what it rebooted for, of what waits for it, and not of what its machine went down under.
    /// </summary>
    private void Reach(SsmMachine machine)
    {
        foreach (var run in commands.SelectMany(sent => sent.Runs).Where(run => run.Machine == machine && !run.Now.HasEnded).ToList())
        {
            if (run.HasArrived && run.Now.IsWaiting)
            {
                world.After(world.Between(0.3, 2), () => Arrive(run));
            }
            else if (run.Now.Status == "Cancelling")
            {
                world.After(world.Between(0.3, 2), () => FinishCancelling(run));
            }
            else if (run.AfterBoot is { } lines && IsOnline(machine))
            {
                run.AfterBoot = null;
                Run(run, lines);
            }
        }
    }

    private void OnBooted(string node)
    {
        MachineOf(node).IsRebootPending = false;
        Reach(MachineOf(node));
    }

    private static double ExecutionTimeout(SsmRun run) => run.Sent.Document.Name == SsmDocument.Shell
        ? int.Parse(run.Sent.Document.Value("executionTimeout", run.Sent.Request.Parameters), CultureInfo.InvariantCulture)
        : UsualExecutionTimeout;

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];
}
