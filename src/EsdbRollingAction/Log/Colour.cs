using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Log;

/// <summary>The ANSI colours of the few words that have one.</summary>
internal static class Colour
{
    private const int Red = 31;
    private const int Green = 32;
    private const int Yellow = 33;
    private const int Cyan = 36;

    public static string Error(string word) => Paint(word, Red);

    public static string Warning(string word) => Paint(word, Yellow);

    /// <summary>The word in the colour of the phase it names; any other word as it is.</summary>
    public static string Phase(string word) => Enum.TryParse<NodePhase>(word, out var phase)
        ? phase switch
        {
            NodePhase.Success => Paint(word, Green),
            NodePhase.Failed => Error(word),
            NodePhase.RolledBack or NodePhase.Waiting => Warning(word),
            _ => Paint(word, Cyan),
        }
        : word;

    private static string Paint(string word, int colour) => $"\e[{colour}m{word}\e[0m";
}
