using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Whether instances may be marked. Without marks a roll works too, so nothing here refuses it.</summary>
internal sealed class MarksDryRun(Ec2Calls ec2)
{
    private const string Without = "The update works with the state file alone.";
    private readonly DryRunCalls calls = new(ec2);

    /// <param name="instances">Only those without a mark are asked about: taking it off does nothing there.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<IReadOnlyList<Verdict>> TryAsync(IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        List<string> ids = [.. instances.Where(instance => instance.Mark is null).Select(instance => instance.Id)];
        if (ids.Count == 0)
        {
            return [];
        }

        var create = await calls.AskAsync(
            new Ec2Request("CreateTags", "mark the cluster's instances"),
            () => ec2.Client.CreateTagsAsync(
                new CreateTagsRequest { Resources = ids, Tags = [new Tag(Instance.MarkTag, "dry run")], DryRun = true }, cancellationToken),
            cancellationToken);
        if (create is null)
        {
            await ec2.AskAsync(
                new Ec2Request("DeleteTags", "take the marks off the cluster's instances"),
                () => ec2.Client.DeleteTagsAsync(Unmarking(ids, dryRun: false), cancellationToken),
                cancellationToken);
            return [Verdict.Yes("CreateTags", "allowed: it was asked as a dry run, and it was done; the tags are off again")];
        }

        var delete = await calls.AskAsync(
            new Ec2Request("DeleteTags", "take the marks off the cluster's instances"),
            () => ec2.Client.DeleteTagsAsync(Unmarking(ids, dryRun: true), cancellationToken),
            cancellationToken) ?? DryRunCalls.Allowed("DeleteTags");
        return [DryRunCalls.Dispensable(create, Without), DryRunCalls.Dispensable(delete, Without)];
    }

    private static DeleteTagsRequest Unmarking(List<string> ids, bool dryRun) =>
        new() { Resources = ids, Tags = [new Tag { Key = Instance.MarkTag }], DryRun = dryRun };
}
