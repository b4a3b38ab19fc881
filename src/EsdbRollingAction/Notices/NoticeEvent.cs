namespace EsdbRollingAction.Notices;

/// <summary>What is worth a notice. The names in kebab case are what <c>event</c> says.</summary>
internal enum NoticeEvent
{
    /// <summary>The first act of an update, or of a run that goes on with one.</summary>
    Began,

    /// <summary>A node has waited for the same thing for ten minutes.</summary>
    Waiting,

    /// <summary>A node failed, or the update was refused.</summary>
    Failed,

    /// <summary>The run ended where it was asked to, and the update did not.</summary>
    Paused,

    /// <summary>The update is done, or taken back.</summary>
    Done,

    /// <summary>A signal ended the run.</summary>
    Cancelled,

    /// <summary>The run could not go on; nothing is broken.</summary>
    RunAgain,
}
