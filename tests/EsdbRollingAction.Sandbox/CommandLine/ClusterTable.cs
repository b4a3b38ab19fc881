using System.Globalization;
using System.Text;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>Every node with its instance, as they are.</summary>
internal static class ClusterTable
{
    public static string Of(Sandbox sandbox)
    {
        var table = new StringBuilder().Append(Row("node", "role", "instance", "is", "type", "version", "address"));
        foreach (var (instance, url) in sandbox.Ec2.Truth.Zip(sandbox.NodeUrls))
        {
            var role = sandbox.Cluster.Truth(instance.Node)?.State.ToString() ?? "down";
            var version = sandbox.Cluster.RunningVersion(instance.Node);
            table.AppendLine()
                .Append(Row(instance.Node, role, instance.Id, NameOf(instance.State), instance.Type, version, url.Authority));
        }

        return table.ToString();
    }

    /// <summary>The state as EC2 calls it.</summary>
    public static string NameOf(Ec2State state) => state.ToString().ToLowerInvariant();

    private static string Row(params string[] cells) =>
        string.Format(CultureInfo.InvariantCulture, "{0,-20} {1,-16} {2,-20} {3,-9} {4,-10} {5,-10} {6}", cells);
}
