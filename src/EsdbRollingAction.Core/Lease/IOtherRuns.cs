namespace EsdbRollingAction.Core.Lease;

/// <summary>Knows of other runs what no tag tells.</summary>
public interface IOtherRuns
{
    /// <summary>Whether a run is known to have completed. Its last process may still be in the middle of a call.</summary>
    /// <param name="owner">As in <see cref="LeaseTag.Owner"/>.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<bool> HasCompletedAsync(string owner, CancellationToken cancellationToken);
}
