using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Who is told what happens and why it waits.</summary>
public interface IUpdateReporter : INotices
{
    /// <summary>What preflight found.</summary>
    void Checked(PreflightReport report);

    /// <summary>The nodes as they are known before the first iteration.</summary>
    void Planned(ClusterUpdate state);

    /// <summary>What was decided, before it is done.</summary>
    void Decided(Decision decision, DateTimeOffset at);

    /// <summary>The state after an act, as it is remembered.</summary>
    void Acted(ClusterUpdate after);

    /// <summary>What was decided could not be done, and why.</summary>
    void Refused(Decision decision, string why, DateTimeOffset at);
}
