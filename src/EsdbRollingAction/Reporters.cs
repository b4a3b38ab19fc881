using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction;

/// <summary>Tells several.</summary>
internal sealed class Reporters(params IUpdateReporter[] all) : IUpdateReporter
{
    public void Notice(string text) => Each(reporter => reporter.Notice(text));

    public void Checked(IReadOnlyList<Verdict> checks) => Each(reporter => reporter.Checked(checks));

    public void Planned(ClusterUpdate state) => Each(reporter => reporter.Planned(state));

    public void Decided(Decision decision, DateTimeOffset at) => Each(reporter => reporter.Decided(decision, at));

    public void Acted(ClusterUpdate after) => Each(reporter => reporter.Acted(after));

    public void Refused(Decision decision, string why, DateTimeOffset at) => Each(reporter => reporter.Refused(decision, why, at));

    private void Each(Action<IUpdateReporter> tell) => Array.ForEach(all, tell);
}
