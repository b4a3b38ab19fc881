using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Marks as tags of EC2.</summary>
/// <param name="ec2">How EC2 is asked.</param>
public sealed class Ec2Marks(Ec2Calls ec2) : IInstanceMarks
{
    /// <inheritdoc/>
    public Task MarkAsync(string id, string mark, CancellationToken cancellationToken) => ec2.AskAsync(
        new Ec2Request("CreateTags", $"mark {id}"),
        () => ec2.Client.CreateTagsAsync(
            new CreateTagsRequest { Resources = [id], Tags = [new Tag(Instance.MarkTag, mark)] }, cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    public Task UnmarkAsync(string id, string? mark, CancellationToken cancellationToken) => ec2.AskAsync(
        new Ec2Request("DeleteTags", $"take the mark off {id}"),

        // A read may be older than the mark of another run: EC2 deletes a tag with a value only while it has that value, and one without in any case.
        () => ec2.Client.DeleteTagsAsync(
            new DeleteTagsRequest { Resources = [id], Tags = [new Tag { Key = Instance.MarkTag, Value = mark }] }, cancellationToken),
        cancellationToken);
}
