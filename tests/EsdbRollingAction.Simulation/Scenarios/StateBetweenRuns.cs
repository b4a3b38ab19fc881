using System.Text.Json.Nodes;
using EsdbRollingAction.Simulation.Edges;
using EsdbRollingAction.Simulation.Judging;

namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>What becomes of the state file between two runs: usually nothing.</summary>
internal sealed class StateBetweenRuns(Interruptions interruptions, Draw draw, History? history, Action<string> isReset)
{
    private readonly List<StateText> earlier = [];

    /// <summary>The file that the next run finds.</summary>
    public StateText? After(StateText? text, bool isDisturbed)
    {
        if (text is null)
        {
            return null;
        }

        earlier.Add(text);
        if (!isDisturbed)
        {
            return text;
        }

        if (draw.Chance(interruptions.StateLost))
        {
            history?.Add("the state is lost");
            return null;
        }

        if (draw.Chance(interruptions.StateOlder))
        {
            history?.Add("the state is an older one");
            return earlier[draw.Number(0, earlier.Count - 1)];
        }

        return draw.Chance(interruptions.StateEdited) ? Edited(text) : text;
    }

    private StateText Edited(StateText text)
    {
        var state = JsonNode.Parse(text.Utf8)!.AsObject();
        var nodes = state["EventStoreNodeUpdates"]!.AsArray();
        var node = nodes[draw.Number(0, nodes.Count - 1)]!.AsObject();
        switch (draw.Number(0, 3))
        {
            case 0:
                history?.Add($"somebody resets {node["NodeName"]} to Pending");
                node["NodeUpdateStatus"] = "Pending";
                isReset($"{node["NodeName"]}");
                break;
            case 1:
                history?.Add("somebody raises the limit");
                state["MaxNumberOfIterationsPerNodeUpdate"] = 2000;
                break;
            case 2:
                history?.Add("somebody adds fields");
                state["Ticket"] = "OPS-1";
                node["Remark"] = new JsonObject { ["by"] = "somebody" };
                break;
            default:
                history?.Add($"somebody removes {node["NodeName"]}");
                nodes.Remove(node);
                break;
        }

        return new StateText(System.Text.Encoding.UTF8.GetBytes(state.ToJsonString()));
    }
}
