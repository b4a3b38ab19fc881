using System.Text.RegularExpressions;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

internal static partial class DisplayName
{
    /// <summary><c>CatchingUp</c> as <c>catching up</c>.</summary>
    public static string Of(string name) => InnerCapital().Replace(name, " $0").ToLowerInvariant();

    /// <summary>The phase that the node is in.</summary>
    public static string Of(NodeUpdate node) => Of(node.Phase.ToString());

    public static string Of(NodeType role) => role switch
    {
        NodeType.Leader => "Leader",
        NodeType.Follower => "Follower",
        _ => "Read-only replica",
    };

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex InnerCapital();
}
