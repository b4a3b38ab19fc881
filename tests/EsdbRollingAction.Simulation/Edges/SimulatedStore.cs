using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Simulation.Mutants;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>The state file. Kept as an object while the program runs, and as text, with the file's own code, when somebody reads it.</summary>
/// <param name="wire">What every call goes through.</param>
/// <param name="mutant">What is wrong with the program.</param>
/// <param name="writesLeft">How often there is room for it; null for always.</param>
internal sealed class SimulatedStore(Wire wire, Mutant mutant, int? writesLeft) : IStateStore
{
    private ClusterUpdate? written;
    private StateText? text;

    public void Write(ClusterUpdate state) => wire.Do(() =>
    {
        if (writesLeft-- <= 0)
        {
            throw new RollingUpdateException(FailureReason.InvalidInput, "The state file state.json cannot be written: no space left on device.");
        }

        (written, text) = (mutant.Remembered(state), null);
    });

    /// <summary>What was written last, or null.</summary>
    public StateText? Written() => written is null ? null : text ??= new StateText(CoreUnderTest.Write(written));
}
