using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Tags of EC2.</summary>
/// <param name="ec2">How EC2 is asked.</param>
public sealed class Ec2Tags(Ec2Calls ec2) : IInstanceTags
{
    /// <inheritdoc/>
    public Task SetAsync(IReadOnlyCollection<string> ids, string key, string value, CancellationToken cancellationToken) => ec2.AskAsync(
        $"tag {string.Join(", ", ids)}",
        new CreateTagsRequest { Resources = [.. ids], Tags = [new Tag(key, value)] },
        ec2.Client.CreateTagsAsync,
        cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(
        IReadOnlyCollection<string> ids, string key, string? value, CancellationToken cancellationToken) => ec2.AskAsync(
        $"remove a tag of {string.Join(", ", ids)}",

        // EC2 deletes a tag that is given with a value only while it has that value, and one without in any case.
        new DeleteTagsRequest { Resources = [.. ids], Tags = [new Tag { Key = key, Value = value }] },
        ec2.Client.DeleteTagsAsync,
        cancellationToken);
}
