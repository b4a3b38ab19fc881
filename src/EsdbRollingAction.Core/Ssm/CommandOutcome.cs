using System.Globalization;

namespace EsdbRollingAction.Core.Ssm;

/// <summary>How far a command is on an instance.</summary>
public enum CommandProgress
{
    /// <summary>It is delivered, runs, or is being ended.</summary>
    Running,

    /// <summary>It was never begun, and never will be: sending it again does it once.</summary>
    NeverBegan,

    /// <summary>It ended as it should.</summary>
    Succeeded,

    /// <summary>It ended otherwise, and may have done a part of its work.</summary>
    Failed,
}

/// <summary>What Systems Manager says of a command on an instance.</summary>
/// <param name="Status">The detailed status, such as <c>DeliveryTimedOut</c>.</param>
/// <param name="ExitCode">What it ended with; null when that is not known.</param>
/// <param name="Output">What it wrote: anybody's text, capped.</param>
public sealed record CommandOutcome(string Status, int? ExitCode = null, string Output = "")
{
    /// <summary>What the status means. One that is not known may be one of those that pass: it is waited for.</summary>
    /// <remarks>
    /// https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html. Only a command that timed out before its
    /// delivery, or could not be delivered, is known not to have begun.
    /// </remarks>
    public CommandProgress Progress => Status.Replace(" ", "", StringComparison.Ordinal) switch
    {
        "Success" => CommandProgress.Succeeded,
        "DeliveryTimedOut" or "Undeliverable" => CommandProgress.NeverBegan,
        "Failed" or "TimedOut" or "ExecutionTimedOut" or "Cancelled" => CommandProgress.Failed,
        "Terminated" or "AccessDenied" or "InvalidPlatform" or "RateExceeded" or "NoInstancesInTag" => CommandProgress.Failed,
        _ => CommandProgress.Running,
    };

    /// <summary>Whether a reboot is pending after it; null where nobody says.</summary>
    public bool? LeavesRebootPending { get; init; }

    /// <summary>Whether it has ended, or never will begin.</summary>
    public bool HasEnded => Progress is not CommandProgress.Running;
}

/// <summary>A command of this update that was sent to a node.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Word">Which of the update's commands it is, such as <c>change-1</c>.</param>
/// <param name="Outcome">How far it is.</param>
public sealed record NodeCommand(string Id, string Word, CommandOutcome Outcome)
{
    /// <summary>Begins the word of a command that changes a node.</summary>
    public const string Change = "change";

    /// <summary>Begins the word of one that takes the change back.</summary>
    public const string Rollback = "rollback";

    /// <summary>The word of the request that what still runs on a node be ended, because the update has failed.</summary>
    public const string Cancel = "cancel";

    /// <summary>Begins the word of one that starts the database of a node that has failed.</summary>
    public const string Rescue = "rescue";

    /// <summary>One that was asked for and that Systems Manager does not show yet.</summary>
    public static NodeCommand NotShown(string word, DateTimeOffset requestedAt) =>
        new("", word, new CommandOutcome("not shown yet")) { RequestedAt = requestedAt };

    /// <summary>Whether Systems Manager shows it.</summary>
    public bool IsShown => Id.Length > 0;

    /// <summary>When Systems Manager took it, by its clock.</summary>
    public DateTimeOffset RequestedAt { get; init; }

    /// <summary>The number of the try, from 1; 0 for a word without one.</summary>
    public int Try =>
        int.TryParse(Word.AsSpan(Word.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Whether it changes the node, or takes that back.</summary>
    public bool IsOfTheChange => IsChange || IsRollback;

    /// <summary>Whether it is to change the node.</summary>
    public bool IsChange => Word.StartsWith(Change, StringComparison.Ordinal);

    /// <summary>Whether it is to take the change back.</summary>
    public bool IsRollback => Word.StartsWith(Rollback, StringComparison.Ordinal);
}
