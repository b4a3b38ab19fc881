namespace EsdbRollingAction.Core.State;

/// <summary>Where the state is remembered. A write is all or nothing, whatever instant the program is killed at.</summary>
public interface IStateStore
{
    /// <summary>Writes the state.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: it cannot be written.</exception>
    void Write(ClusterUpdate state);
}
