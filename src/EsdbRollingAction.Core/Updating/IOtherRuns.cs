namespace EsdbRollingAction.Core.Updating;

/// <summary>Tells of the runs that marked instances.</summary>
public interface IOtherRuns
{
    /// <summary>Whether a run is still going on; null when nobody can tell.</summary>
    /// <param name="run">As in <see cref="NodeMark.Run"/>.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<bool?> IsAliveAsync(string run, CancellationToken cancellationToken);
}
