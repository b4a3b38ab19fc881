using System.Text.Json;
using EsdbRollingAction.Core.Updating;
using EsdbRollingAction.Simulation.Mutants;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>The state file. Kept as an object while the program runs, and as text, with the file's own code, when somebody reads it.</summary>
internal sealed class SimulatedStore(Wire wire, Mutant mutant) : IStateStore
{
    private ClusterUpdate? written;

    /// <summary>Reads the text of a file.</summary>
    public static StateFile Reader { get; } = new("state.json");

    public void Write(ClusterUpdate state) => wire.Do(() => written = mutant.Remembered(state));

    /// <summary>What the file holds: what was written last, else what it held before.</summary>
    public byte[]? Text(byte[]? before) => written is null ? before : JsonSerializer.SerializeToUtf8Bytes(written, StateJson.Default.ClusterUpdate);
}
