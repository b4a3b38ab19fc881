using System.Text.RegularExpressions;

namespace EsdbRollingAction.Core.Planning;

/// <summary>Names in the order in which people count: <c>node-2</c> before <c>node-10</c>.</summary>
public static partial class NaturalOrder
{
    private const int MostDigits = 20;

    /// <summary>What to sort a name by: all its numbers are equally long.</summary>
    public static string Key(string name) => Number().Replace(name, number => number.Value.PadLeft(MostDigits, '0'));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
