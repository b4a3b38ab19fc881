namespace EsdbRollingAction.Core.Instances;

/// <summary>The tag <c>esdb-rolling-update</c> on an instance: which run works on it, and what it was before.</summary>
public interface IInstanceMarks
{
    /// <summary>Gives the instance the tag, or another value of it.</summary>
    /// <param name="id">Instance id.</param>
    /// <param name="mark">At most 256 characters.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    Task MarkAsync(string id, string mark, CancellationToken cancellationToken);

    /// <summary>Takes the tag off. An instance that does not have it, or has another value of it, stays as it is.</summary>
    /// <param name="id">Instance id.</param>
    /// <param name="mark">The value; null for any.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    Task UnmarkAsync(string id, string? mark, CancellationToken cancellationToken);
}
