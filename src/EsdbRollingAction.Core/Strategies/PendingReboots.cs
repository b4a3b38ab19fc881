using System.Collections.Concurrent;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>
/// Whether patches that a command has installed want a reboot. The command succeeds either way; Patch Manager knows. Where it says nothing
/// of this command, nobody can tell: then the machine is rebooted.
/// </summary>
internal sealed class PendingReboots(ICommands commands)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> succeeded = [];

    /// <summary>The outcome, with what is known of a reboot. While that may still come to show, the command has not ended.</summary>
    /// <param name="outcome">How far the command is.</param>
    /// <param name="command">The command.</param>
    /// <param name="look">Where it runs, and when it is looked at.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InstanceException">Systems Manager did not answer the question.</exception>
    public async Task<CommandOutcome> AddedToAsync(
        CommandOutcome outcome, SentCommand command, (string InstanceId, DateTimeOffset At) look, CancellationToken cancellationToken)
    {
        if (outcome.Progress is not CommandProgress.Succeeded)
        {
            return outcome;
        }

        var since = succeeded.GetOrAdd(command.Id, look.At);
        var state = await TryReadAsync(look.InstanceId, cancellationToken);
        return state switch
        {
            { PendingReboot: var pending, At: var at } when at >= command.RequestedAt => outcome with { LeavesRebootPending = pending > 0 },
            _ when Timings.IsRecent(since, Timings.ReadConsistency, look.At) =>
                outcome with { Status = $"{outcome.Status}, and whether a reboot is pending does not show yet" },
            _ => outcome,
        };
    }

    private async Task<PatchState?> TryReadAsync(string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            return await commands.PatchesAsync(instanceId, cancellationToken);
        }
        catch (InstanceException exception) when (exception.Kind is InstanceErrorKind.AccessDenied)
        {
            return null; // preflight has said so
        }
    }
}
