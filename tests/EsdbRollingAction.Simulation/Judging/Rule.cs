namespace EsdbRollingAction.Simulation.Judging;

/// <summary>What must never happen.</summary>
internal enum Rule
{
    /// <summary>The program stopped the node that led.</summary>
    LeaderStopped,

    /// <summary>The program stopped a voter while another one was down or behind.</summary>
    SecondVoterDown,

    /// <summary>The program stopped a read-only replica while another one was down.</summary>
    SecondReplicaDown,

    /// <summary>So many voters are away by the program's doing that no majority is left.</summary>
    QuorumLost,

    /// <summary>Two runs go on taking nodes down, long after each could see the other.</summary>
    TwoRunsAtWork,

    /// <summary>The program changed the type of an instance that had not been stopped.</summary>
    TypeChangedWhileRunning,

    /// <summary>The program ended by itself and left an instance stopped that EC2 would have started.</summary>
    LeftStopped,

    /// <summary>Read-only replicas, then followers, then the leader.</summary>
    OrderNotKept,

    /// <summary>The program moved leadership more than once more than the disturbances explain.</summary>
    LeadershipMovedTooOften,

    /// <summary>A run goes on for ever, or stands still.</summary>
    RunDoesNotEnd,

    /// <summary>Nothing disturbs any more, it was run again and again, and the nodes are not as they should be.</summary>
    NotUpdatedInTheEnd,

    /// <summary>The command of the update was sent once more to a node that may have run it, or may yet.</summary>
    CommandSentTwice,

    /// <summary>A command that is to help or to take back was sent to a node that serves and whose command did not fail.</summary>
    CommandWithoutNeed,

    /// <summary>The update ended well, and on some node its command did not succeed, did so twice, or the node is not level.</summary>
    EndedTooEarly,

    /// <summary>A voter of the new version could win an election against one of the old version, and nobody lowered its priority.</summary>
    UpgradedMayLead,

    /// <summary>A voter of the new version led while several of the old one were left, and the program took another node down.</summary>
    UpgradedLeads,

    /// <summary>The program took a node down that it had not begun with, while an alarm was in ALARM.</summary>
    TakenDownInAlarm,

    /// <summary>The run ended by itself, and a command that it sent goes on.</summary>
    CommandLeftRunning,

    /// <summary>The run ended by itself and left a database down that a start of its unit or one reboot would have brought up.</summary>
    DatabaseLeftDown,

    /// <summary>The state that was remembered cannot be read again.</summary>
    StateDoesNotParse,

    /// <summary>Capacity is still held when all is done.</summary>
    CapacityLeft,

    /// <summary>A node that is done is still marked.</summary>
    MarkLeft,

    /// <summary>A voter's priority is not what it was.</summary>
    PriorityNotRestored,

    /// <summary>The program began an act after it was asked to end.</summary>
    ActAfterSignal,

    /// <summary>After a signal the program took longer than the runner waits before it kills.</summary>
    SignalTookTooLong,

    /// <summary>The program stopped an instance to change it, and no capacity was held for it, which the inputs ask for.</summary>
    StoppedWithoutCapacity,

    /// <summary>The program took a node down to change it, and its instance does not say what it was before, though it could.</summary>
    NothingToGoBackTo,

    /// <summary>A run that is only to bring back what is off did something else.</summary>
    RecoveryChanged,

    /// <summary>The program began more nodes than <c>max-nodes</c> lets one run.</summary>
    MoreNodesThanAsked,

    /// <summary>The leader was to be left to another run, and handed over.</summary>
    LeaderNotLeftOut,

    /// <summary>The program began a node though its time was over.</summary>
    BegunTooLate,

    /// <summary>The run ended in order, and its lease is still on an instance.</summary>
    LeaseLeft,

    /// <summary>The program ended because another run holds the lease, or took it over, and no other had lived beside it.</summary>
    GaveWayToNobody,

    /// <summary>The program ended with an exception that nobody expects.</summary>
    UnexpectedError,

    /// <summary>The core went on on another thread, so that a replay would not be the same.</summary>
    LeftTheThread,
}

/// <summary>A rule that was broken.</summary>
/// <param name="At">Since the beginning.</param>
/// <param name="Rule">Which.</param>
/// <param name="What">By what.</param>
internal sealed record BrokenRule(TimeSpan At, Rule Rule, string What)
{
    public override string ToString() => $"{At.TotalSeconds:0.000} s: {Rule}: {What}";
}
