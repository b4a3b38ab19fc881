using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Alarms;

/// <summary>What CloudWatch says of an alarm.</summary>
public enum AlarmState
{
    /// <summary>What it watches is as it should be.</summary>
    Ok,

    /// <summary>It is not.</summary>
    Alarm,

    /// <summary>It has just begun, or its metric has too little data to tell.</summary>
    InsufficientData,
}

/// <summary>An alarm of CloudWatch as it was read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="Reason">Why it is in that state, in CloudWatch's words.</param>
public sealed record Alarm(string Name, AlarmState State, string Reason)
{
    /// <summary>Why it is in that state: a clause of printable letters, cut where it is long; may be empty.</summary>
    public string Reason { get; init => field = Sentence.Clause(Excerpt.OfText(value)); } = Sentence.Clause(Excerpt.OfText(Reason));
}
