using EsdbRollingAction.GitHub;

namespace EsdbRollingAction.Tests.GitHub;

public sealed class GitHubContextTests
{
    private static readonly Dictionary<string, string> Step = new()
    {
        ["GITHUB_ACTIONS"] = "true",
        ["GITHUB_API_URL"] = "https://ghe.example/api/v3",
        ["GITHUB_SERVER_URL"] = "https://ghe.example",
        ["GITHUB_REPOSITORY"] = "acme/databases",
        ["GITHUB_RUN_ID"] = "42",
        ["GITHUB_RUN_ATTEMPT"] = "3",
        ["GITHUB_SHA"] = "0123",
        ["GITHUB_JOB"] = "roll",
        ["GITHUB_STEP_SUMMARY"] = "/summary",
        ["GITHUB_OUTPUT"] = "/output",
    };

    [Fact]
    public void A_step_is_described_by_its_variables()
    {
        var context = GitHubContext.Read(Step.GetValueOrDefault, " token ");

        Assert.True(context is { IsActions: true, RunId: 42, RunAttempt: 3, Sha: "0123", Job: "roll" });
        Assert.Equal(("/summary", "/output", "token"), (context.StepSummary, context.Output, context.Token));
        Assert.Equal("https://ghe.example/api/v3", context.ApiUrl.ToString());
        Assert.Equal("https://ghe.example/acme/databases/actions/runs/42", context.RunUrl);
    }

    [Fact]
    public void Nothing_is_known_outside_of_a_workflow()
    {
        var context = GitHubContext.Read(_ => null, "");

        Assert.True(context is { IsActions: false, RunId: null, RunAttempt: 1, Repository: null, Token: null, RunUrl: null });
        Assert.Equal("https://api.github.com/", context.ApiUrl.ToString());
    }

    [Theory]
    [InlineData("GITHUB_REPOSITORY", "acme")]
    [InlineData("GITHUB_REPOSITORY", "acme/../evil")]
    [InlineData("GITHUB_REPOSITORY", "../evil")]
    [InlineData("GITHUB_REPOSITORY", "acme/..")]
    [InlineData("GITHUB_REPOSITORY", "acme/databases?")]
    [InlineData("GITHUB_RUN_ID", "-1")]
    [InlineData("GITHUB_RUN_ID", "42/../1")]
    public void What_cannot_stand_in_an_address_is_not_known(string name, string value)
    {
        var context = GitHubContext.Read(asked => asked == name ? value : Step.GetValueOrDefault(asked));

        Assert.Null(context.RunUrl);
    }

    [Theory]
    [InlineData("acme/databases/.github/workflows/roll.yml@refs/heads/main", "roll.yml")]
    [InlineData("acme/required/.github/workflows/roll.yml@refs/heads/main", null)]
    [InlineData("acme/databases/.github/workflows/ro ll.yml@refs/heads/main", null)]
    [InlineData("acme/databases/.github/workflows/$(id)@refs/heads/main", null)]
    [InlineData(null, null)]
    public void The_workflow_is_known_by_its_file_where_it_is_one_of_the_repository(string? reference, string? file) => Assert.Equal(
        file, GitHubContext.Read(asked => asked == "GITHUB_WORKFLOW_REF" ? reference : Step.GetValueOrDefault(asked)).Workflow);

    [Theory]
    [InlineData("org/action", "v1", "https://ghe.example/org/action/blob/v1/README.md#what-to-do-when")]
    [InlineData("org/action", "", null)]
    [InlineData("", "v1", null)]
    [InlineData("org/action", "v1)[x](", null)]
    public void The_page_that_tells_more_is_the_action_s(string repository, string reference, string? page)
    {
        var step = new Dictionary<string, string>(Step) { ["ACTION_REPOSITORY"] = repository, ["ACTION_REF"] = reference };

        Assert.Equal(page, GitHubContext.Read(step.GetValueOrDefault).Manual);
    }

    [Theory]
    [InlineData("https://github.com", "acme/databases")]
    [InlineData("https://ghe.example", "ghe.example/acme/databases")]
    public void A_repository_of_another_server_is_named_with_it(string server, string repository) => Assert.Equal(
        repository, GitHubContext.Read(asked => asked == "GITHUB_SERVER_URL" ? server : Step.GetValueOrDefault(asked)).RepositoryForGh);

    [Fact]
    public void It_never_shows_the_token() =>
        Assert.DoesNotContain("QXZ", GitHubContext.Read(Step.GetValueOrDefault, "QXZ").ToString(), StringComparison.Ordinal);
}
