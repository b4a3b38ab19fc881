using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Tags of EC2.</summary>
/// <param name="ec2">How EC2 is asked.</param>
public sealed class Ec2Tags(Ec2Calls ec2) : IInstanceTags
{
    /// <inheritdoc/>
    public Task SetAsync(IReadOnlyCollection<string> ids, string key, string value, CancellationToken cancellationToken) => ec2.AskAsync(
        new AwsRequest("CreateTags", $"tag {string.Join(", ", ids)}"),
        () => ec2.Client.CreateTagsAsync(
            new CreateTagsRequest { Resources = [.. ids], Tags = [new Tag(key, value)] }, cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(
        IReadOnlyCollection<string> ids, string key, string? value, CancellationToken cancellationToken) => ec2.AskAsync(
        new AwsRequest("DeleteTags", $"remove a tag of {string.Join(", ", ids)}"),

        // EC2 deletes a tag that is given with a value only while it has that value, and one without in any case.
        () => ec2.Client.DeleteTagsAsync(
            new DeleteTagsRequest { Resources = [.. ids], Tags = [new Tag { Key = key, Value = value }] }, cancellationToken),
        cancellationToken);
}
