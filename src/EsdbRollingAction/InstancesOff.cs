using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Endings;

namespace EsdbRollingAction;

/// <summary>
/// Which instances a run leaves off, and what starts them: one model for all that people read. It knows no more than what was last
/// looked at and what EC2 accepted since, and says so.
/// </summary>
/// <param name="report">The run, as it is now or as it ended.</param>
internal sealed class InstancesOff(RunReport report)
{
    private readonly List<InstanceOff> all =
    [
        .. report.Nodes
            .Select(node => InstanceOff.Of(node, new LastLook(report.State?.LastIterationAt, report.At)))
            .OfType<InstanceOff>(),
    ];

    public bool Any => all.Count > 0;

    public bool IsOne => all.Count == 1;

    public string Them => IsOne ? "it" : "them";

    /// <summary>The ids, for people.</summary>
    public string Ids => string.Join(" and ", all.Select(off => off.Id));

    public IEnumerable<NodeEndpoint> Endpoints => all.Select(off => off.Node.Endpoint);

    /// <summary>Which are off.</summary>
    public string Sentence => string.Join(" and ", all.Select(off => $"{off.Id} of {off.Node.NodeName} {off.How}")) + ".";

    /// <summary>What starts them. A state is input: only an id of an instance may get into a command that somebody copies.</summary>
    public string? Command
    {
        get
        {
            var ids = all.Select(off => off.Id)
                .Where(id => Commands.IsName(id) && id.StartsWith("i-", StringComparison.Ordinal))
                .ToList();
            var inRegion = Commands.IsName(report.Region) ? $"--region {report.Region} " : "";
            return ids.Count == 0 ? null : $"aws ec2 start-instances {inRegion}--instance-ids {string.Join(' ', ids)}";
        }
    }
}
