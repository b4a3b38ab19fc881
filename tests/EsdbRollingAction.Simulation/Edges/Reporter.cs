using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>Tells the umpire what was decided, and the history why.</summary>
internal sealed class Reporter(Run run) : IUpdateReporter
{
    public void Notice(string text) => run.History?.Add($"notice: {text}");

    public void Warn(string text) => run.History?.Add($"warning: {text}");

    public void Checked(PreflightReport report)
    {
    }

    public void Planned(ClusterUpdate state)
    {
    }

    public void Decided(Decision decision, DateTimeOffset at)
    {
        run.Intent = CoreUnderTest.IntentOf(decision);
        run.History?.Add($"decided: {decision.Node?.NodeName} {decision.Act.GetType().Name}{(decision.Rule is null ? "" : $" [{decision.Rule}]")}: {decision.Why}");
    }

    public void Acted(ClusterUpdate after)
    {
    }

    public void Refused(Decision decision, string why, DateTimeOffset at) => run.History?.Add($"refused: {why}");
}
