using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>The text of a state file. It is read once, by the file's own code: who judges it and the next run read the same.</summary>
/// <param name="utf8">The text.</param>
internal sealed class StateText(byte[] utf8)
{
    private ClusterUpdate? read;

    public ReadOnlySpan<byte> Utf8 => utf8;

    /// <summary>Whether what is read is what was written.</summary>
    /// <exception cref="Core.RollingUpdateException">It cannot be read.</exception>
    public bool IsReadAsWritten => Read() is not { } state || Utf8.SequenceEqual(CoreUnderTest.Write(state));

    /// <exception cref="Core.RollingUpdateException">It cannot be read.</exception>
    public ClusterUpdate? Read() => read ??= CoreUnderTest.Read(utf8);
}
