namespace EsdbRollingAction.Sandbox.Model;

/// <summary>A command on one instance, as it is.</summary>
internal sealed class SsmRun
{
    private readonly List<(TimeSpan Since, SsmState State)> history;

    public SsmRun(SsmSent sent, SsmMachine machine, SsmState state, TimeSpan now)
    {
        Sent = sent;
        Machine = machine;
        SentAt = now;
        history = [(now, state)];
    }

    public SsmSent Sent { get; }

    public SsmMachine Machine { get; }

    /// <summary>When it was accepted, in model time.</summary>
    public TimeSpan SentAt { get; }

    public string Node => Machine.Node;

    /// <summary>From when on it can be asked for.</summary>
    public required TimeSpan VisibleAt { get; init; }

    /// <summary>It takes more than a look at the machine.</summary>
    public required bool IsAct { get; init; }

    /// <summary>It is the command that is rolled.</summary>
    public required bool IsExpected { get; init; }

    /// <summary>It is the command that is rolled, or that a roll back undoes.</summary>
    public required bool IsForward { get; init; }

    /// <summary>It is never delivered.</summary>
    public required bool IsLost { get; init; }

    /// <summary>It was delivered to the agent, or waits for it to come online.</summary>
    public bool HasArrived { get; set; }

    /// <summary>What is to be run: where nothing is known yet, null.</summary>
    public SsmProgram? Program { get; set; }

    /// <summary>What runs.</summary>
    public ScriptRun? Script { get; set; }

    /// <summary>What the agent runs when it is back from the reboot that it ordered; null for nothing.</summary>
    public IReadOnlyList<string>? AfterBoot { get; set; }

    /// <summary>What earlier scripts of it wrote, before reboots.</summary>
    public (string Output, string Error) Written { get; set; } = ("", "");

    /// <summary>A reboot was pending when it ended, or nobody could tell.</summary>
    public bool LeavesRebootPending { get; set; } = true;

    /// <summary>How often the machine had been brought up anew when it ended.</summary>
    public int RestartsAtEnd { get; set; }

    /// <summary>When it ended, in model time.</summary>
    public TimeSpan EndedAt { get; set; }

    public SsmState Now => history[^1].State;

    /// <summary>The machine provably never did anything of it.</summary>
    public bool NeverBegan => Now is { HasEnded: true, BeganAt: null };

    public SsmState At(TimeSpan instant) => history.FindLast(entry => entry.Since <= instant).State ?? history[0].State;

    public void Become(SsmState next, TimeSpan now) => history.Add((now, next));
}

/// <summary>A command that was accepted.</summary>
/// <param name="Id">A GUID.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="Document">The document.</param>
/// <param name="RequestedAt">When.</param>
internal sealed record SsmSent(string Id, SsmCommandRequest Request, SsmDocument Document, DateTimeOffset RequestedAt)
{
    /// <summary>From when on lists show it.</summary>
    public required TimeSpan ListedAt { get; init; }

    /// <summary>Its answer is lost.</summary>
    public bool IsAnswerLost { get; init; }

    public List<SsmRun> Runs { get; } = [];
}

/// <summary>A machine with its agent.</summary>
internal sealed record SsmMachine(string InstanceId, string Node)
{
    /// <summary>There is no agent.</summary>
    public bool IsMissing { get; init; }

    /// <summary>The agent does not reach Systems Manager although its machine is up.</summary>
    public bool IsOffline { get; set; }

    /// <summary>Something was installed that wants a reboot.</summary>
    public bool IsRebootPending { get; set; }

    /// <summary>What was found out when patches were last looked for. A boot alone does not change it.</summary>
    public SsmPatches? Patches { get; set; }
}

/// <summary>What Patch Manager knows of a machine.</summary>
/// <param name="Operation"><c>Install</c> or <c>Scan</c>: what was done last.</param>
/// <param name="PendingReboot">How many patches were installed since its last boot.</param>
/// <param name="Began">When that began.</param>
/// <param name="Ended">When it ended.</param>
public sealed record SsmPatches(string Operation, int PendingReboot, DateTimeOffset Began, DateTimeOffset Ended)
{
    /// <summary>From when on it shows, in model time.</summary>
    public required TimeSpan ShownAt { get; init; }
}

/// <summary>What a document does on a machine.</summary>
/// <param name="Lines">The script.</param>
internal sealed record SsmProgram(IReadOnlyList<string> Lines)
{
    /// <summary>When it has succeeded the machine wants a reboot.</summary>
    public bool WantsReboot { get; init; }

    /// <summary>What Patch Manager is told that was done: <c>Install</c> or <c>Scan</c>; null for nothing.</summary>
    public string? PatchOperation { get; init; }

    /// <summary>What runs after a reboot that it asked for with exit code 194: all of it once more, where nothing else is said.</summary>
    public IReadOnlyList<string>? AfterReboot { get; init; }
}
