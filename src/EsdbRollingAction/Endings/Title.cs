using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub.Summary;
using static EsdbRollingAction.RunOutcome;

namespace EsdbRollingAction.Endings;

/// <summary>The verdict on a run.</summary>
/// <param name="Symbol">An emoji.</param>
/// <param name="What">A clause.</param>
/// <param name="HowFar">Another clause, or nothing.</param>
/// <param name="Reason">The failure reason; nothing when it did not fail.</param>
internal sealed record Title(string Symbol, string What, string HowFar = "", string Reason = "")
{
    /// <summary>One line without a full stop, such as <c>❌ Failed at node2 (change-failed), 1 of 3 nodes are done</c>.</summary>
    public string Headline => $"{Symbol} {What}{(SaysReason ? "" : $" ({Reason})")}{Further}";

    /// <summary>Where the reason stands before it: in the log.</summary>
    public string Sentence => $"{What}{Further}.";

    private string Further => HowFar.Length == 0 ? "" : $", {HowFar}";

    private bool SaysReason => What.StartsWith(Reason.Replace('-', ' '), StringComparison.OrdinalIgnoreCase);

    public static Title Of(RunReport report)
    {
        var all = report.Nodes.Count;
        var done = $"{report.Updated} of {all} nodes";
        var soFar = all > 0 ? $"{done} are done" : "";
        var left = report.TimeLeft is { } time ? $"{time} left" : "";
        return (report.Outcome, report.End?.Reason) switch
        {
            (Running, _) => new("🔄", $"Under way: {done} are done", left),
            (Done, _) => new("✅", GoodNews(report.State!, done, report)),
            (Paused, _) => new("⏸️", $"Paused {(report.BeforeLeader ? "before the leader" : "(max-nodes)")}: {done} are done"),
            (StepTaken, _) => new("👣", $"Step taken: {done} are done"),
            (Recovered, _) => new("🔌", "No node is left off", soFar),
            (Planned, _) => new("📋", $"Planned: {PlanTable.Changes(report)} of {all} nodes would be changed", Already(report)),
            (InvalidInput, _) => Bad("✏️", "Invalid input", "this run changed nothing"),
            (Refused, _) => Bad("🚫", "Refused", report.HasActed ? "" : "this run changed nothing"),
            (_, FailureReason.TakenOver) => Bad("🔀", "Taken over by another run", soFar),
            (RunAgain, _) => Bad("⏸️", report.HasBegun ? "Not finished, to be run again" : "Nothing was begun, to be run again", soFar),
            (Cancelled, _) => Bad("⏹️", $"Cancelled{At(report.Current)}", soFar),
            _ => Bad("❌", $"Failed{At(report.Failed)}", soFar),
        };

        Title Bad(string symbol, string what, string howFar) => new(symbol, what, howFar, report.Reason);

        string At(NodeUpdate? node) => node is null ? "" : $" at {Printable.ShortName(report.Label(node))}";
    }

    private static string Already(RunReport report) => report.State?.StartedAt is null
        ? "nothing was"
        : "going on with an update that was begun; this run changed nothing";

    private static string GoodNews(ClusterUpdate state, string done, RunReport report) => state switch
    {
        _ when report.Nodes.All(node => node is { WasTakenDown: false, Phases: [] }) => $"Nothing to do: {done} were as wanted",
        { TakesBack: true } => $"Rolled back: {done} are as they were before the update to {state.Target}, {report.Changed} by this run",
        { TargetVersion: { } version } => $"Done: {done} are {version}, {report.Changed} of them by this update",
        _ => $"Done: {done} have type {state.TargetInstanceType}, {report.Changed} of them changed by this update",
    };
}
