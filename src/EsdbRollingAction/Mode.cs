namespace EsdbRollingAction;

/// <summary>What a run is for.</summary>
internal enum Mode
{
    /// <summary>Rolls until done.</summary>
    Apply,

    /// <summary>Checks everything and changes nothing.</summary>
    Plan,

    /// <summary>Rolls for one iteration.</summary>
    Step,

    /// <summary>Rolls every updated node back to what it was.</summary>
    Rollback,

    /// <summary>Starts, as it is, what an update that was cut off had stopped.</summary>
    Recover,

    /// <summary>Tells how the cluster stands, and changes nothing.</summary>
    Status,
}
