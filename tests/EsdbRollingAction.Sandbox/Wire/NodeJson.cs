using System.Text.Json;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>What <c>/info</c> and <c>/info/options</c> say.</summary>
internal static class NodeJson
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Info(VNodeState state) => JsonSerializer.Serialize(
        new
        {
            EsVersion = "23.10.6.0",
#pragma warning disable CA1308 // The server writes its state in lower case here.
            State = state.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
            Features = new { Projections = false, UserManagement = false, AtomPub = true },
        },
        Layout);

    public static string Options(Cluster cluster, NodeOptions node) => JsonSerializer.Serialize(
        new[]
        {
            Option("ClusterSize", $"{cluster.ClusterSize}", "The number of nodes in the cluster."),
            Option("NodePriority", $"{node.Priority}", "The node priority used during leader election."),
            Option("ReadOnlyReplica", $"{node.IsReadOnlyReplica}", "Sets this node as a read only replica."),
        },
        Layout);

    private static object Option(string name, string value, string description) => new
    {
        Name = name,
        Value = value,
        Description = description,
        Group = "Cluster Options",
        ConfigurationSource = "Command Line",
        DeprecationMessage = (string?)null,
        Schema = new { Type = "string" },
    };
}
