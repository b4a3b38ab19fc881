using System.Text;
using System.Text.Json;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Reads the name of a state without making a string of it.</summary>
internal static class NodeStateName
{
    private static readonly (byte[] Name, NodeState State)[] Names =
        [.. Enum.GetValues<NodeState>().Select(state => (Encoding.UTF8.GetBytes(state.ToString()), state))];

    public static NodeState Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            throw GossipField.Wrong("state", "text");
        }

        foreach (var (name, state) in Names)
        {
            if (reader.ValueTextEquals(name))
            {
                return state;
            }
        }

        return NodeState.Unknown;
    }
}
