using System.Globalization;
using EsdbRollingAction.Core;

namespace EsdbRollingAction.Tests;

/// <summary>What README promises of the exit codes is what the program ends with.</summary>
public class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));

    public static TheoryData<FailureReason> Reasons => [.. Enum.GetValues<FailureReason>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_failure_reason_stands_beside_its_exit_code_and_no_other(FailureReason reason) =>
        Assert.Equal(
            RowOf(reason),
            Assert.Single(ExitRows(), row => row.Contains($"`{ExitCode.NameOf(reason)}`", StringComparison.Ordinal)).Split('|')[1].Trim());

    /// <summary>A signal that ended the program is its exit code, whatever else is to be said.</summary>
    private static string RowOf(FailureReason reason) => reason == FailureReason.Cancelled
        ? $"{ExitCode.Interrupted}, {ExitCode.Terminated}"
        : ExitCode.Of(reason).ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> ExitRows() =>
        Readme[Readme.IndexOf("<!-- exits:", StringComparison.Ordinal)..].Split('\n').Skip(3).TakeWhile(line => line.StartsWith('|'));
}
