using System.Text;
using EsdbRollingAction.Sandbox.Refereeing;

namespace EsdbRollingAction.Sandbox.Measures;

/// <summary>What came of a roll.</summary>
/// <param name="NodesTotal">Nodes of the cluster.</param>
/// <param name="NodesUpdated">Nodes that run on the target type, or were restarted, and are level.</param>
/// <param name="LeadershipMoves">How often another node became leader.</param>
/// <param name="LongestGapInWrites">Longest real time in which no client's write succeeded.</param>
/// <param name="LongestGapInModelTime">Longest model time in which the cluster could commit nothing.</param>
/// <param name="Elapsed">Real time of the whole.</param>
/// <param name="TimeScale">Model seconds in one real second.</param>
/// <param name="Idle">Real time in which a ready world waited for the program.</param>
/// <param name="IdleMedianPerNode">The same, median per node.</param>
/// <param name="Waits">Each of these times, and the act that ended it.</param>
/// <param name="BrokenRules">Rules that were broken.</param>
public sealed record SandboxReport(
    int NodesTotal,
    int NodesUpdated,
    int LeadershipMoves,
    TimeSpan LongestGapInWrites,
    TimeSpan LongestGapInModelTime,
    TimeSpan Elapsed,
    double TimeScale,
    TimeSpan Idle,
    TimeSpan IdleMedianPerNode,
    IReadOnlyList<IdleTime> Waits,
    IReadOnlyList<BrokenRule> BrokenRules)
{
    /// <summary>All real time in which no client's write succeeded for longer than a moment.</summary>
    public TimeSpan WithoutWrites { get; init; }

    /// <summary>How often EC2 was asked.</summary>
    public long RequestsOfEc2 { get; init; }

    /// <summary>How often Systems Manager was asked.</summary>
    public long RequestsOfSsm { get; init; }

    /// <summary>How often nodes were asked.</summary>
    public long RequestsOfNodes { get; init; }

    private string OfSsm => RequestsOfSsm == 0 ? "" : $", {(double)RequestsOfSsm / NodesTotal:0} to Systems Manager";

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder()
            .AppendLine($"nodes updated        {NodesUpdated} of {NodesTotal}")
            .AppendLine($"leadership moves     {LeadershipMoves}")
            .AppendLine($"longest write gap    {LongestGapInWrites.TotalSeconds:0.00} s at the clients, {WithoutWrites.TotalSeconds:0.0} s in all; {LongestGapInModelTime.TotalSeconds:0.0} model seconds in the cluster")
            .AppendLine($"duration             {Elapsed.TotalSeconds:0.0} s ({Elapsed.TotalSeconds * TimeScale:0} model seconds)")
            .AppendLine($"program idle         {Idle.TotalSeconds:0.00} s, median {IdleMedianPerNode.TotalSeconds:0.00} s per node")
            .AppendLine($"  waiting for        {string.Join(", ", Waits.GroupBy(wait => wait.WaitedFor, (act, waits) => $"{act} {waits.Sum(wait => wait.Length.TotalSeconds):0.00} s"))}")
            .AppendLine($"requests             {(double)RequestsOfEc2 / NodesTotal:0} to EC2{OfSsm} and {(double)RequestsOfNodes / NodesTotal:0} to nodes, for each node")
            .Append($"broken rules         {(BrokenRules.Count == 0 ? "none" : BrokenRules.Count)}");
        foreach (var rule in BrokenRules)
        {
            text.AppendLine().Append($"  {rule}");
        }

        return text.ToString();
    }
}
