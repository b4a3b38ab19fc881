using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Who is asked before the first act.</summary>
/// <param name="Nodes">The nodes' HTTP interface.</param>
/// <param name="Instances">EC2.</param>
/// <param name="Facts">Who is asked for what only the checks need.</param>
/// <param name="Resolve">Resolves a host name.</param>
public sealed record PreflightEdges(IClusterNodes Nodes, IInstances Instances, CheckFacts Facts, ResolveHost Resolve);

/// <summary>Who is asked for what only the checks need.</summary>
/// <param name="Nodes">The nodes.</param>
/// <param name="Instances">EC2.</param>
public sealed record CheckFacts(INodeFacts Nodes, IInstanceFacts Instances)
{
    /// <summary>The operator's alarms.</summary>
    public IAlarms Alarms { get; init; } = IAlarms.None;
}
