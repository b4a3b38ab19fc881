using System.Globalization;
using System.Text;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>What <c>--kill-after</c> has come to: how the cluster is without the program.</summary>
internal static class KillReport
{
    public static string Of(Sandbox sandbox, TimeSpan delay, bool wasKilled)
    {
        var seconds = delay.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return wasKilled
            ? $"The program was killed (SIGKILL) {seconds} s after its start. The cluster is now:\n\n{Cluster(sandbox)}"
            : $"The program ended by itself before --kill-after {seconds}.";
    }

    private static string Cluster(Sandbox sandbox)
    {
        var off = sandbox.Ec2.Truth.Where(instance => instance.State is Ec2State.Stopping or Ec2State.Stopped).Select(Name).ToList();
        var text = new StringBuilder()
            .AppendLine(ClusterTable.Of(sandbox))
            .AppendLine()
            .Append(off.Count == 0 ? "No instance is off." : $"Off: {string.Join(", ", off)}.");
        foreach (var held in sandbox.Ec2.Reservations.Where(reservation => reservation.IsHeld))
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"Held: capacity of one {held.Request.Type} ({held.Id}).");
        }

        return text.ToString();
    }

    private static string Name(Ec2Instance instance) =>
        $"{instance.Node} ({instance.Id}, {instance.Type}, {ClusterTable.NameOf(instance.State)})";
}
