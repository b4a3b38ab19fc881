namespace EsdbRollingAction.Core.Preflight;

/// <summary>What the dry runs of the roll's own calls say.</summary>
internal static class PermissionChecks
{
    private const string Allowed = "allowed";

    /// <summary>A call that could not be proven refuses nothing: where it is made, its error is told.</summary>
    public static IEnumerable<Check> Of(IEnumerable<Verdict> dryRuns) => dryRuns.Select(call => call switch
    {
        { Holds: false } => Check.Refused(call.Rule, call.Reason),
        { Reason: Allowed } => Check.Passed(call.Rule, Allowed),
        _ => Check.Note(call.Rule, call.Reason),
    });
}
