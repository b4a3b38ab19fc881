namespace EsdbRollingAction.Sandbox.Model;

/// <content>What the referee wants to know. Ask inside <see cref="World.Do{T}"/>.</content>
public sealed partial class Ssm
{
    private IEnumerable<SsmRun> Runs => commands.SelectMany(sent => sent.Runs);

    /// <summary>A command that does something was accepted, and has not ended.</summary>
    internal bool IsUnderWay(string node) => RunsOf(node).Any(run => run is { IsAct: true, Now.HasEnded: false });

    /// <summary>Whatever has ended shows so by now, to whoever asks.</summary>
    internal bool ShowsAll => Runs.All(run => run.Now.HasEnded && Shows(run));

    /// <summary>Commands that have not ended, whatever they do.</summary>
    internal IEnumerable<(string Node, string Command, string Status)> Unended =>
        Runs.Where(run => !run.Now.HasEnded).Select(run => (run.Node, run.Sent.Id, run.Now.Status));

    /// <summary>
    /// The node has what the roll brings: its command has succeeded, and where that is wanted its machine was brought up anew since.
    /// What was never rolled needs no taking back.
    /// </summary>
    internal bool IsUpdated(string node) =>
        RunsOf(node).Any(IsDone)
        || (options.Command is { IsTakenBack: true } && !RunsOf(node).Any(run => run is { IsForward: true, NeverBegan: false }));

    /// <summary>The command has succeeded, and where that is wanted, and anything is left to do for it, its machine was brought up anew since.</summary>
    internal bool IsDone(SsmRun run) => IsSuccess(run)
        && (!RebootsAfter || !run.LeavesRebootPending || ec2.RestartsOf(run.Node) > run.RestartsAtEnd);

    /// <summary>Whatever was sent to the node, oldest first.</summary>
    internal IEnumerable<SsmRun> SentTo(string node) => RunsOf(node);

    /// <summary>Its command has succeeded and shows so, and what is still to come is the reboot.</summary>
    internal bool AwaitsReboot(string node) => RebootsAfter && !IsUpdated(node) && !ec2.IsToReboot(node)
        && RunsOf(node).Any(run => IsSuccess(run) && Shows(run));

    /// <summary>The command that is rolled was sent, and nobody can say that the node did nothing of it.</summary>
    internal bool MayHaveBegun(string node) => RunsOf(node).Any(run => run is { IsExpected: true, NeverBegan: false });

    /// <summary>The command that is rolled has ended.</summary>
    internal bool HasEnded(string node) => LastEnded(node) is not null;

    /// <summary>The command that is rolled has ended last in something else than success.</summary>
    internal bool HasFailed(string node) => LastEnded(node) is { Now.Status: not "Success" };

    private bool RebootsAfter => options.Rolled is { RebootAfter: true };

    private SsmRun? LastEnded(string node) =>
        RunsOf(node).LastOrDefault(run => run is { IsExpected: true, NeverBegan: false, Now.HasEnded: true });

    private IEnumerable<SsmRun> RunsOf(string node) => Runs.Where(run => run.Node == node);

    private bool Shows(SsmRun run) => world.Now - run.EndedAt >= TimeSpan.FromSeconds(StatusStaleness);

    private static bool IsSuccess(SsmRun run) => run is { IsExpected: true, Now.Status: "Success" };
}
