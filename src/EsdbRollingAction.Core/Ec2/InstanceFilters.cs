using System.Text.RegularExpressions;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>The input <c>instance-filters</c>: which EC2 instances are looked at when nodes are matched to them.</summary>
public static partial class InstanceFilters
{
    private static readonly char[] Separators = [',', '\n'];

    /// <summary>
    /// Reads <c>tag:Name=value[,…]</c>; other filter names of <c>DescribeInstances</c> (<c>vpc-id=vpc-1</c>) work too.
    /// A name given again adds a value to its filter. Commas and line ends separate, so a value holds neither: write <c>?</c> for them.
    /// </summary>
    /// <returns>Filters in the order of their first mention; none for an empty text.</returns>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: an entry is not <c>name=value</c>.</exception>
    public static IReadOnlyList<InstanceFilter> Parse(string text)
    {
        var entries = text.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. from entry in entries.Select(ParseEntry)
               group entry.Value by entry.Name into filter
               select new InstanceFilter(filter.Key, [.. filter.Distinct(StringComparer.Ordinal)]),
        ];
    }

    private static (string Name, string Value) ParseEntry(string entry) => entry.Split('=', 2, StringSplitOptions.TrimEntries) switch
    {
        [_] => throw Invalid(entry, "has no '='"),
        ["" or "tag:", _] => throw Invalid(entry, "has no name before its '='"),
        [_, ""] => throw Invalid(entry, "has no value after its '='"),
        [var name, var value] when FilterName.IsMatch(name) => (name, value),
        [var name, ..] => throw Invalid(entry, $"has a name that EC2 does not know: {name}"),
        [] => throw Invalid(entry, "is empty"),
    };

    private static RollingUpdateException Invalid(string entry, string why) => new(
        FailureReason.InvalidInput,
        $"instance-filters: \"{entry}\" {why}. Write tag:Name=value or an EC2 filter such as vpc-id=vpc-0123, separated by commas.");

    /// <summary>EC2 refuses a wrong name only when it is asked; tag keys are free text, all other names are lower case.</summary>
    [GeneratedRegex(@"\A(tag:.*|[a-z0-9.-]+)\z", RegexOptions.Singleline)]
    private static partial Regex FilterName { get; }
}
