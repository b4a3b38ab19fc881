using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>The text of a state file. It is read once, by the file's own code: who judges it and the next run read the same.</summary>
/// <param name="utf8">The text.</param>
internal sealed class StateText(byte[] utf8)
{
    private static readonly StateFile Reader = new("state.json");
    private ClusterUpdate? read;

    public ReadOnlySpan<byte> Utf8 => utf8;

    /// <exception cref="Core.RollingUpdateException">It cannot be read.</exception>
    public ClusterUpdate? Read() => read ??= Reader.Parse(utf8);
}
