namespace EsdbRollingAction.Sandbox;

/// <summary>How the nodes are restarted.</summary>
public enum RestartKind
{
    /// <summary>Every instance is stopped and started.</summary>
    StopStart,

    /// <summary>Every instance is rebooted.</summary>
    Reboot,
}
