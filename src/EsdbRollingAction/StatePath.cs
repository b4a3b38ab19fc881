using System.Buffers;
using EsdbRollingAction.Core;

namespace EsdbRollingAction;

/// <summary>Whether the file at <c>state-file</c> is one that <c>actions/upload-artifact</c> finds: to it the path is a pattern.</summary>
internal static class StatePath
{
    private const string AnywhereInPattern = "[]*?\r\n";
    private const string FirstInPattern = "#!~";

    private static readonly SearchValues<char> Anywhere = SearchValues.Create(AnywhereInPattern);

    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: the state would not be saved.</exception>
    public static string Check(string path, bool inActions)
    {
        var letter = path.AsSpan().IndexOfAny(Anywhere) is >= 0 and var at ? path[at]
            : FirstInPattern.Contains(path[0], StringComparison.Ordinal) ? path[0]
            : default(char?);
        if (!inActions || letter is null)
        {
            return path;
        }

        var what = char.IsControl(letter.Value) ? "has a line break in it"
            : letter == path[0] ? $"begins with '{letter}'"
            : $"has '{letter}' in it";
        throw new RollingUpdateException(
            FailureReason.InvalidInput,
            $"The input {InputNames.StateFile.Name} {what}: the step that saves the state takes the path as a pattern, and would not find the file. Choose another name. Nothing was changed.");
    }
}
