using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Endings;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction.Log;

/// <summary>Writes the log's lines in the reader's style. Whatever a text holds, it stays in its line.</summary>
internal sealed class LogWriter(TextWriter output, TextWriter error, LogStyle style)
{
    private const string Title = "esdb-rolling-update";

    private NodeEndpoint? group;

    /// <summary>The runner drops what is over ten annotations of a kind and step. One is for the verdict.</summary>
    private int warningsLeft = 9;

    public void Say(DateTimeOffset at, string text) => output.WriteLine($"{TimeText.Clock(at)}  {Whole(text)}");

    /// <summary>A line of a table: no sentence.</summary>
    public void Row(DateTimeOffset at, string text) => output.WriteLine($"{TimeText.Clock(at)}  {Line(text)}");

    public void Say(DateTimeOffset at, NodeUpdate node, string what, string why)
    {
        var word = Line(what);
        var shown = style.Colours ? Colour.Phase(word) : word;
        var padding = new string(' ', Math.Max(1, 18 - word.Length));
        output.WriteLine($"{TimeText.Clock(at)}  {Line(node.NodeName),-22}  {shown}{padding}{Whole(why)}");
    }

    public void Warn(DateTimeOffset at, NodeUpdate node, string what, string why)
    {
        if (!TryAnnotate(node.NodeName, $"{node.NodeName} {what.TrimEnd(':')}: {why}"))
        {
            Say(at, node, what, why);
        }
    }

    public void Warn(DateTimeOffset at, string text)
    {
        if (!TryAnnotate(Title, text))
        {
            Say(at, $"warning: {text}");
        }
    }

    public void Debug(Decision decision)
    {
        if (!style.Debugs)
        {
            return;
        }

        if (decision.Node is { } node)
        {
            Enter(node);
        }

        var act = $"{decision.Node?.NodeName} {decision.Act.GetType().Name} {decision.Rule}".Trim();
        output.WriteLine(WorkflowCommand.Debug(Whole($"{act}: {decision.Why}")));
    }

    /// <summary>It is the turn of this node. Groups do not nest, so the one before is closed.</summary>
    public void Enter(NodeUpdate node)
    {
        if (style.WorkflowCommands && group != node.Endpoint)
        {
            CloseGroup();
            var title = $"{node.NodeName} ({node.NodeType}, {node.Ec2InstanceId})";
            output.WriteLine(WorkflowCommand.Group(Line(title)));
            group = node.Endpoint;
        }
    }

    public void End(DateTimeOffset at, Ending end)
    {
        CloseGroup();
        var hasFailed = end.Title.Reason.Length > 0;
        var name = hasFailed ? $"{end.Title.Reason}: " : "";
        var text = name + string.Join('\n', end.Lines(end.Title.Sentence).Select(Line));
        if (style.WorkflowCommands)
        {
            // Not standard error: the runner reads the two at once, and the order of their lines would be lost.
            output.WriteLine(hasFailed ? WorkflowCommand.Error(Title, text) : WorkflowCommand.Notice(Title, text));
        }
        else if (!hasFailed)
        {
            output.WriteLine($"{TimeText.Clock(at)}  {Indented(text)}");
        }
        else
        {
            var word = style.ErrorColours ? Colour.Error("error") : "error";
            error.WriteLine($"{word}: {Indented(text)}");
        }
    }

    private static string Indented(string text) => text.Replace("\n", $"{Environment.NewLine}  ", StringComparison.Ordinal);

    private bool TryAnnotate(string title, string text)
    {
        if (!style.WorkflowCommands || warningsLeft == 0)
        {
            return false;
        }

        warningsLeft--;
        output.WriteLine(WorkflowCommand.Warning(Line(title), Whole(text)));
        return true;
    }

    /// <summary>A line of text ends with one full stop, whoever made it.</summary>
    private static string Whole(string text) => Sentence.Ended(Line(text));

    private static string Line(string text) => Printable.Line(text);

    private void CloseGroup()
    {
        if (group is not null)
        {
            output.WriteLine(WorkflowCommand.EndGroup);
            group = null;
        }
    }
}
