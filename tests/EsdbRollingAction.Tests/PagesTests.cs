namespace EsdbRollingAction.Tests;

/// <summary>Every page can be read in one go, and leads where it says.</summary>
public class PagesTests
{
    public static TheoryData<string> Names => [.. Pages.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_link_leads_to_a_file_and_a_heading_that_are_there(string page) =>
        Assert.DoesNotContain(Pages.Links(page), target => !Leads(page, target));

    [Fact]
    public void Every_page_of_the_documentation_is_named_in_the_readme() =>
        Assert.Superset(Pages.All.Where(page => Path.GetDirectoryName(page) == "docs").ToHashSet(), Targets("README.md"));

    [Fact]
    public void Every_example_is_named_in_its_page() => Assert.Superset(
        Directory.GetFiles(Path.Combine(Pages.Root, ".github", "examples"))
            .Select(example => $"../.github/examples/{Path.GetFileName(example)}")
            .ToHashSet(),
        Targets("docs/workflows.md"));

    [Fact]
    public void The_readme_is_read_in_ten_minutes() => Assert.InRange(Pages.Read("README.md").TrimEnd().Split('\n').Length, 50, 200);

    [Theory]
    [InlineData("docs/how-it-works.md", "what-level-means")]
    [InlineData("docs/iam.md", "tls-through-a-proxy")]
    [InlineData("docs/recovery.md", "the-job-was-cancelled-timed-out-or-lost")]
    public void A_heading_is_named_as_on_GitHub(string page, string name) => Assert.Contains(name, Pages.Anchors(page));

    [Fact]
    public void Pictures_are_small() => Assert.All(
        Directory.GetFiles(Path.Combine(Pages.Root, "docs", "pictures"), "*.png"),
        picture => Assert.InRange(new FileInfo(picture).Length, 10_000, 300_000));

    private static HashSet<string> Targets(string page) => [.. Pages.Links(page).Select(target => target.Split('#')[0])];

    private static bool Leads(string page, string target)
    {
        var (file, anchor) = target.Split('#') is [var first, var second] ? (first, second) : (target, null);
        var path = file.Length == 0 ? page : Path.GetRelativePath(Pages.Root, Path.Combine(Pages.Root, Path.GetDirectoryName(page)!, file));
        return !path.StartsWith("..", StringComparison.Ordinal)
            && Path.Exists(Path.Combine(Pages.Root, path))
            && (anchor is null || Pages.Anchors(path).Contains(anchor));
    }
}
