using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Whether instances may be tagged. Without tags a roll works too, so nothing here refuses it.</summary>
internal sealed class TagsDryRun(Ec2Calls ec2)
{
    private const string Without = "The update works with the state file alone.";
    private readonly DryRunCalls calls = new(ec2);

    /// <param name="instances">Only those that carry no tag of an update are asked about: removing it does nothing there.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<IReadOnlyList<Check>> TryAsync(IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        List<string> ids = [.. instances.Where(HasNone).Select(instance => instance.Id)];
        if (ids.Count == 0)
        {
            return [];
        }

        var create = await calls.AskAsync(
            new AwsRequest("CreateTags", "tag the cluster's instances"),
            () => ec2.Client.CreateTagsAsync(Creating(ids), cancellationToken),
            cancellationToken);
        if (create is null)
        {
            await ec2.AskAsync(Remove, () => DeleteAsync(dryRun: false), cancellationToken);
            return [Check.Note("CreateTags", "allowed: it was asked as a dry run, and it was done; the tags are removed again")];
        }

        var delete = await calls.AskAsync(Remove, () => DeleteAsync(dryRun: true), cancellationToken);
        return
        [
            DryRunCalls.Dispensable(create, Without),
            DryRunCalls.Dispensable(delete ?? DryRunCalls.Allowed("DeleteTags"), Without),
        ];

        Task<DeleteTagsResponse> DeleteAsync(bool dryRun) => ec2.Client.DeleteTagsAsync(Deleting(ids, dryRun), cancellationToken);
    }

    private static AwsRequest Remove { get; } = new("DeleteTags", "remove the tags of the cluster's instances");

    private static bool HasNone(Instance instance) => instance is { Lease: null, RestorePoint: null };

    private static CreateTagsRequest Creating(List<string> ids) =>
        new() { Resources = ids, Tags = [new Tag(Instance.LeaseTag, "dry run"), new Tag(Instance.RestoreTag, "dry run")], DryRun = true };

    private static DeleteTagsRequest Deleting(List<string> ids, bool dryRun) =>
        new() { Resources = ids, Tags = [new Tag { Key = Instance.LeaseTag }, new Tag { Key = Instance.RestoreTag }], DryRun = dryRun };
}
