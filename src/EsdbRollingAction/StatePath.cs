using System.Text.RegularExpressions;
using EsdbRollingAction.Core;

namespace EsdbRollingAction;

/// <summary>Whether the file at <c>state-file</c> is one that <c>actions/upload-artifact</c> finds: to it the path is a pattern.</summary>
internal static partial class StatePath
{
    public static string Check(string path, bool inActions)
    {
        var pattern = PartOfPattern().Match(path);
        if (!inActions || !pattern.Success)
        {
            return path;
        }

        var what = pattern switch
        {
            { Value: "\r" or "\n" } => "has a line break in it",
            { Index: 0 } => $"begins with '{pattern.Value}'",
            _ => $"has '{pattern.Value}' in it",
        };
        throw new RollingUpdateException(
            FailureReason.InvalidInput,
            $"The input {InputNames.StateFile.Name} {what}: the step that saves the state takes the path as a pattern,"
            + " and would not find the file. Choose another name. Nothing was changed.");
    }

    [GeneratedRegex(@"[\[\]*?\r\n]|^[#!~]")]
    private static partial Regex PartOfPattern();
}
