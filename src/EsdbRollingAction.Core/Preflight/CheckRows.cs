namespace EsdbRollingAction.Core.Preflight;

/// <summary>The checks of single nodes as rows of one table: what is the same of several nodes is said once.</summary>
internal static class CheckRows
{
    public static IEnumerable<Check> Of<T>(IReadOnlyList<T> subjects, Func<T, string> nameOf, Func<T, IEnumerable<Check>> checksOf) => subjects
        .SelectMany(subject => checksOf(subject).Select(check => (Subject: nameOf(subject), Check: check)))
        .GroupBy(row => row.Check)
        .Select(same => same.Key with { Found = $"{Names([.. same.Select(row => row.Subject)], subjects.Count)}: {same.Key.Found}" })
        .GroupBy(check => check.Name)
        .SelectMany(group => group);

    private static string Names(IReadOnlyList<string> names, int all) =>
        names.Count == all && all > 2 ? $"all {all} nodes" : string.Join(", ", names);
}
