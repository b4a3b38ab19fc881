namespace EsdbRollingAction.Sandbox.Model;

/// <summary>Sees every act before it takes effect and the world after every change. Called one at a time, in model time.</summary>
public interface IWitness
{
    /// <summary>The program is about to change the world.</summary>
    void BeforeAct(Act act);

    /// <summary>Something changed, or somebody looked.</summary>
    void AfterChange();
}

/// <summary>What the program can do to the world.</summary>
public enum ActKind
{
    /// <summary>Sets a node's priority in elections.</summary>
    SetPriority,

    /// <summary>Asks a node to resign as leader.</summary>
    Resign,

    /// <summary>Stops an instance.</summary>
    Stop,

    /// <summary>Reboots an instance.</summary>
    Reboot,

    /// <summary>Changes the type of an instance.</summary>
    ChangeType,

    /// <summary>Starts an instance.</summary>
    Start,

    /// <summary>Gives an instance a tag.</summary>
    Tag,

    /// <summary>Takes a tag off an instance.</summary>
    Untag,

    /// <summary>Has capacity held.</summary>
    Reserve,

    /// <summary>Gives capacity back.</summary>
    Release,

    /// <summary>Has something run on an instance.</summary>
    Command,
}

/// <summary>One act of the program.</summary>
/// <param name="At">Model time.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Node">The node or the instance's node; nothing when it is about none.</param>
/// <param name="Detail">The new priority, type, tag or document, or nothing.</param>
public sealed record Act(TimeSpan At, ActKind Kind, string Node, string Detail = "")
{
    /// <summary>A command that is not the one that is rolled.</summary>
    public bool IsOther { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Node} {Detail}".TrimEnd();
}
