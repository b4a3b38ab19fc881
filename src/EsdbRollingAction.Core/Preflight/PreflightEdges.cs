using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Who is asked before the first act.</summary>
/// <param name="Nodes">The nodes' HTTP interface.</param>
/// <param name="Instances">EC2.</param>
/// <param name="InstanceFacts">EC2, for what only the checks need.</param>
/// <param name="Resolve">Resolves a host name.</param>
public sealed record PreflightEdges(IClusterNodes Nodes, IInstances Instances, IInstanceFacts InstanceFacts, ResolveHost Resolve)
{
    /// <summary>The operator's alarms.</summary>
    public required IAlarms Alarms { get; init; }
}
