using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>What one run of the program talks to.</summary>
internal sealed record ProgramEdges(SimulatedNodes Nodes, SimulatedEc2 Ec2, SimulatedCommands Commands, SimulatedFacts Facts, SimulatedStore Store, IReadOnlyList<NodeEndpoint> Endpoints)
{
    /// <summary>CloudWatch.</summary>
    public required IAlarms Alarms { get; init; }
}
