using System.Globalization;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>What is said of a command that failed.</summary>
internal static class CommandText
{
    private const int MostLines = 10;
    private const int LongestLine = 200;

    /// <summary>What happened, and the last lines of what it wrote.</summary>
    /// <param name="node">Where it ran.</param>
    /// <param name="spec">What was run.</param>
    /// <param name="sent">The command.</param>
    public static string WhyItFailed(NodeView node, CommandSpec spec, NodeCommand sent)
    {
        var what = sent.Outcome.HasEnded ? How(sent.Outcome) : $"ran for more than {spec.Longest.TotalMinutes:0} min";
        var output = LastLines(sent.Outcome.Output);
        return Sentence.Join(
            $"{spec.Document} {what} on {node.Name} (command {sent.Id} on {node.InstanceId})",
            output.Length == 0 ? null : $"The last lines that it wrote: {output}");
    }

    private static string How(CommandOutcome outcome) => outcome switch
    {
        { Progress: CommandProgress.NeverBegan } => $"was never delivered ({outcome.Status}), and nothing was done: look at the SSM agent",
        { Status: "Cancelled" } => "was cancelled, and may have done a part of its work",
        { Status: "Failed", ExitCode: { } code } => string.Create(CultureInfo.InvariantCulture, $"failed with exit code {code}"),
        _ => $"ended as {outcome.Status}, and may have done a part of its work",
    };

    /// <summary>Anybody's text: on one line, capped, and without what steers a terminal.</summary>
    private static string LastLines(string output)
    {
        var lines = output.Split('\n').Select(Printable).Where(line => line.Length > 0).TakeLast(MostLines);
        return string.Join(" ⏎ ", lines);
    }

    private static string Printable(string line)
    {
        var text = string.Concat(line.Trim().Select(letter => char.IsControl(letter) ? ' ' : letter));
        return text.Length > LongestLine ? $"{text[..LongestLine]}…" : text;
    }
}
