using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Log;

internal static class Colour
{
    private const int Red = 31;
    private const int Green = 32;
    private const int Yellow = 33;
    private const int Cyan = 36;

    public static string Error(string word) => Paint(word, Red);

    /// <summary>The word in the colour of the phase it names, or of a wait; any other word as it is.</summary>
    public static string Phase(string word) => word switch
    {
        _ when word.StartsWith("waits (", StringComparison.Ordinal) => Paint(word, Yellow),
        _ when Enum.TryParse<NodePhase>(word, out var phase) => Paint(word, Of(phase)),
        _ => word,
    };

    private static int Of(NodePhase phase) => phase switch
    {
        NodePhase.Success => Green,
        NodePhase.Failed => Red,
        NodePhase.RolledBack or NodePhase.Waiting => Yellow,
        _ => Cyan,
    };

    private static string Paint(string word, int colour) => $"\e[{colour}m{word}\e[0m";
}
