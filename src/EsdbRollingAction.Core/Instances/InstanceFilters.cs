namespace EsdbRollingAction.Core.Instances;

/// <summary>The input <c>instance-filters</c>: which EC2 instances are looked at when nodes are matched to them.</summary>
public static class InstanceFilters
{
    private const string TagPrefix = "tag:";
    private static readonly char[] Separators = [',', '\n'];

    /// <summary>
    /// Reads <c>tag:Name=value[,…]</c>; other filter names of <c>DescribeInstances</c> (<c>vpc-id=vpc-1</c>) work too.
    /// A name given again adds a value to its filter. Commas and line ends separate, so a value holds neither: write <c>?</c> for them.
    /// </summary>
    /// <returns>Filters in the order of their first mention; none for an empty text.</returns>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: an entry is not <c>name=value</c>.</exception>
    public static IReadOnlyList<InstanceFilter> Parse(string text) =>
        [.. text.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(ParseEntry)
            .GroupBy(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal)
            .Select(group => new InstanceFilter(group.Key, [.. group.Distinct(StringComparer.Ordinal)]))];

    private static (string Name, string Value) ParseEntry(string entry)
    {
        var equals = entry.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            throw Invalid(entry, "has no '='");
        }

        var name = entry[..equals].TrimEnd();
        var value = entry[(equals + 1)..].TrimStart();
        if (name.Length == 0 || name == TagPrefix)
        {
            throw Invalid(entry, "has no name before its '='");
        }

        if (value.Length == 0)
        {
            throw Invalid(entry, "has no value after its '='");
        }

        return IsFilterName(name) ? (name, value) : throw Invalid(entry, $"has a name that EC2 does not know: {name}");
    }

    // EC2 refuses a wrong name only when it is asked; tag keys are free text, all other names are lower case.
    private static bool IsFilterName(string name) =>
        name.StartsWith(TagPrefix, StringComparison.Ordinal)
        || name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');

    private static RollingUpdateException Invalid(string entry, string why) => new(
        FailureReason.InvalidInput,
        $"instance-filters: \"{entry}\" {why}. Write tag:Name=value or an EC2 filter such as vpc-id=vpc-0123, separated by commas.");
}
