using EsdbRollingAction.GitHub;

namespace EsdbRollingAction.Tests.GitHub;

public sealed class RunnerFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("step-summary-").FullName;
    private readonly List<string> notices = [];

    [Fact]
    public void What_other_programs_wrote_before_is_kept()
    {
        var path = Path.Combine(folder, "summary.md");
        File.WriteAllText(path, "before\n");

        new RunnerFile(path, "The job summary", notices.Add).Append("after\n");

        Assert.Equal("before\nafter\n", File.ReadAllText(path));
        Assert.Empty(notices);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Outside_of_github_nothing_is_written(string? path)
    {
        new RunnerFile(path, "The job summary", notices.Add).Append("text");

        Assert.Empty(notices);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_a_notice_and_no_failure()
    {
        new RunnerFile(Path.Combine(folder, "missing", "summary.md"), "The job summary", notices.Add).Append("text");
        new RunnerFile(folder, "The job summary", notices.Add).Append("text");

        Assert.Equal(2, notices.Count);
        Assert.All(notices, notice => Assert.StartsWith("The job summary could not be written: ", notice, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
