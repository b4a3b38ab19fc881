using System.Text.Json;
using System.Text.Json.Serialization;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>What <c>/info</c> and <c>/info/options</c> say.</summary>
internal static class NodeJson
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static readonly JsonSerializerOptions WithoutNothing = new(Layout)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Info(Member own) => JsonSerializer.Serialize(
        new
        {
            DbVersion = ServerVersions.IsOfKurrent(own.EsVersion) ? own.EsVersion : null,
            own.EsVersion,
#pragma warning disable CA1308 // The server writes its state in lower case here.
            State = own.State.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
            Features = new { Projections = false, UserManagement = false, AtomPub = true },
        },
        WithoutNothing);

    /// <param name="cluster">The cluster.</param>
    /// <param name="node">The node that is asked.</param>
    /// <param name="more">Names and values of further options.</param>
    public static string Options(Cluster cluster, NodeOptions node, IReadOnlyDictionary<string, string> more) => JsonSerializer.Serialize(
        new[]
        {
            Option("ClusterSize", $"{cluster.ClusterSize}", "The number of nodes in the cluster."),
            Option("NodePriority", $"{node.Priority}", "The node priority used during leader election."),
            Option("ReadOnlyReplica", $"{node.IsReadOnlyReplica}", "Sets this node as a read only replica."),
        }.Concat(more.Select(option => Option(option.Key, option.Value, $"The option {option.Key}."))),
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
