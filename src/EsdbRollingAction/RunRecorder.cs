using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction;

/// <summary>Keeps the newest report of a run, for everything that shows it.</summary>
/// <param name="changed">Who shows it.</param>
internal sealed class RunRecorder(Action<RunReport> changed) : IUpdateReporter
{
    /// <summary>The run as it is now.</summary>
    public required RunReport Report { get; set; }

    public void Notice(string text)
    {
    }

    public void Checked(IReadOnlyList<Verdict> checks) => Report = Report with { Checks = checks };

    public void Planned(ClusterUpdate state) => Show(Report with { State = state });

    public void Decided(Decision decision, DateTimeOffset at) =>
        Show(Report with { State = decision.State, At = at, BytesBehind = decision.BytesBehind });

    public void Acted(ClusterUpdate after) => Report = Report with { State = after };

    public void Refused(Decision decision, string why, DateTimeOffset at)
    {
    }

    private void Show(RunReport report)
    {
        Report = report;
        changed(report);
    }
}
