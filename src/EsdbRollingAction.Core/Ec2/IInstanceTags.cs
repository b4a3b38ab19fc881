namespace EsdbRollingAction.Core.Ec2;

/// <summary>The tags of an update on its instances: the lease, and the restore point.</summary>
public interface IInstanceTags
{
    /// <summary>Gives the instances the tag, or another value of it, in one call.</summary>
    /// <param name="ids">Instance ids.</param>
    /// <param name="key">The tag's key.</param>
    /// <param name="value">At most 256 characters.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    Task SetAsync(IReadOnlyCollection<string> ids, string key, string value, CancellationToken cancellationToken);

    /// <summary>Removes the tag. An instance that does not have it, or has another value of it, stays as it is.</summary>
    /// <param name="ids">Instance ids.</param>
    /// <param name="key">The tag's key.</param>
    /// <param name="value">The value; null for any.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    Task RemoveAsync(IReadOnlyCollection<string> ids, string key, string? value, CancellationToken cancellationToken);
}
