using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Who is asked for what only the checks need.</summary>
/// <param name="Nodes">The nodes.</param>
/// <param name="Instances">EC2.</param>
public sealed record CheckFacts(INodeFacts Nodes, IInstanceFacts Instances);
