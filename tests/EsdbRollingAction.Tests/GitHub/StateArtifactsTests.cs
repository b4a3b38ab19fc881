using System.Globalization;
using EsdbRollingAction.GitHub;
using WireMock;

namespace EsdbRollingAction.Tests.GitHub;

public sealed class StateArtifactsTests
{
    private const string List = "/repos/acme/databases/actions/runs/42/artifacts";
    private static readonly byte[] State = """{"ClusterUpdateStatus":"InProgress"}"""u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_artifacts_of_the_run_are_asked_for_with_the_token()
    {
        using var github = new StubGitHub(_ => new StubAnswer(200, Page()));

        await FindAsync(github);

        var request = Assert.Single(github.Requests);
        Assert.Equal(("GET", $"{github.Address}{List}?per_page=100&page=1"), (request.Method, request.Url));
        Assert.Equal(["Bearer ghs_QXZsecret"], request.Headers!["Authorization"]);
        Assert.Equal(["application/vnd.github+json"], request.Headers["Accept"]);
        Assert.Equal(["2022-11-28"], request.Headers["X-GitHub-Api-Version"]);
        Assert.StartsWith("esdb-rolling-update/", request.Headers["User-Agent"].Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_newest_is_downloaded()
    {
        using var github = new StubGitHub(Store(
            Page(Artifact(1, "orders-42-1", 8), Artifact(2, "orders-42-3", 10), Artifact(3, "orders-42-2", 9)), ("/2/zip", State)));

        var lookup = await FindAsync(github);

        Assert.Equal(State, lookup.Found!.Json);
        Assert.Equal("esdb-rolling-update-state-orders-42-3", lookup.Found.Artifact);
    }

    [Fact]
    public async Task Of_the_same_age_the_later_attempt_counts()
    {
        using var github = new StubGitHub(Store(
            Page(Artifact(1, "orders-42-10", 8), Artifact(2, "orders-42-9", 8)), ("/1/zip", State)));

        Assert.Equal("esdb-rolling-update-state-orders-42-10", (await FindAsync(github)).Found?.Artifact);
    }

    [Fact]
    public async Task Another_cluster_run_or_artifact_is_not_taken()
    {
        using var github = new StubGitHub(_ => new StubAnswer(
            200, Page(Artifact(1, "orders-2-42-1", 8), Artifact(2, "orders-43-1", 8), Artifact(3, "orders", 8))));

        AssertNothing("run 42 has none of this cluster", await FindAsync(github));
        Assert.Single(github.Requests);
    }

    [Fact]
    public async Task Every_page_is_read()
    {
        using var github = new StubGitHub(request => request.Path.EndsWith("/zip", StringComparison.Ordinal)
            ? new StubAnswer(200, StubGitHub.Zip(("state.json", State)))
            : request.Query!["page"].Single() == "3"
                ? new StubAnswer(200, PageOf(201, Artifact(201, "orders-42-2", 9)))
                : new StubAnswer(200, PageOf(201, [.. Enumerable.Range(0, 100).Select(id => Artifact(id, $"other-42-{id}", 8))])));

        Assert.Equal("esdb-rolling-update-state-orders-42-2", (await FindAsync(github)).Found?.Artifact);
        Assert.Equal(4, github.Requests.Count);
    }

    [Fact]
    public async Task A_list_without_an_end_is_read_for_fifty_pages()
    {
        using var github = new StubGitHub(_ => new StubAnswer(
            200, Page(Artifact(1, "other-42-1", 8)), ("Link", "<https://elsewhere.example/>; rel=\"next\", <https://elsewhere.example/>; rel=\"last\"")));

        AssertNothing("run 42 has none", await FindAsync(github));
        Assert.Equal(50, github.Requests.Count);
    }

    [Fact]
    public async Task An_expired_one_is_named_and_not_asked_for()
    {
        using var github = new StubGitHub(_ => new StubAnswer(200, Page(Artifact(1, "orders-42-1", 8, expired: true))));

        AssertNothing("the artifact esdb-rolling-update-state-orders-42-1 has expired", await FindAsync(github));
        Assert.Single(github.Requests);
    }

    [Fact]
    public async Task An_older_one_is_better_than_one_that_has_expired()
    {
        using var github = new StubGitHub(Store(
            Page(Artifact(1, "orders-42-1", 8), Artifact(2, "orders-42-2", 9, expired: true)), ("/1/zip", State)));

        Assert.Equal("esdb-rolling-update-state-orders-42-1", (await FindAsync(github)).Found?.Artifact);
    }

    [Theory]
    [InlineData(401, "does not accept the github-token")]
    [InlineData(403, "`permissions: actions: read`")]
    [InlineData(404, "`permissions: actions: read`")]
    [InlineData(410, "has expired")]
    [InlineData(400, "GitHub answered HTTP 400")]
    public async Task A_refusal_is_said_in_one_line(int status, string why)
    {
        using var github = new StubGitHub(_ => new StubAnswer(status, """{"message":"QXZ\n::error::"}"""));
        AssertNothing(why, await FindAsync(github));
        Assert.Single(github.Requests);

        using var blob = new StubGitHub(request => request.Path == List
            ? new StubAnswer(200, Page(Artifact(1, "orders-42-1", 8)))
            : new StubAnswer(status, "<xml/>"));
        AssertNothing(why, await FindAsync(blob));
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("""{"artifacts":7}""")]
    [InlineData("[]")]
    public async Task What_is_no_list_of_artifacts_is_nothing(string body)
    {
        using var github = new StubGitHub(_ => new StubAnswer(200, body));

        AssertNothing("list of artifacts is not one", await FindAsync(github));
    }

    [Fact]
    public async Task A_repository_that_was_renamed_is_followed_with_the_token()
    {
        using var github = new StubGitHub(request => request.Path == List
            ? new StubAnswer(301, "", ("Location", "/repositories/1/artifacts"))
            : new StubAnswer(200, Page()));

        AssertNothing("run 42 has none", await FindAsync(github));
        Assert.Equal(["Bearer ghs_QXZsecret"], github.Requests[1].Headers!["Authorization"]);
    }

    [Fact]
    public async Task Without_a_token_nobody_is_asked()
    {
        using var github = new StubGitHub(_ => new StubAnswer(200, Page()));
        using var api = GitHubApi.Create(github.Context with { Token = null }, TimeProvider.System);

        AssertNothing("no github-token", await new StateArtifacts(api).FindNewestAsync("orders", 42, Token));
        Assert.Empty(github.Requests);
    }

    internal static string Artifact(long id, string name, int hour, bool expired = false) =>
        string.Create(CultureInfo.InvariantCulture,
            $$"""
            {"id":{{id}},"name":"esdb-rolling-update-state-{{name}}","expired":{{(expired ? "true" : "false")}},
             "created_at":"2026-11-22T{{hour:00}}:00:00Z","archive_download_url":"https://elsewhere.example/"}
            """);

    internal static string Page(params string[] artifacts) => PageOf(artifacts.Length, artifacts);

    private static string PageOf(int total, params string[] artifacts) => $$"""{"total_count":{{total}},"artifacts":[{{string.Join(',', artifacts)}}]}""";

    internal static Func<IRequestMessage, StubAnswer> Store(string list, (string Path, byte[] State) artifact) => request =>
        request.Path == List ? new StubAnswer(200, list)
        : request.Path == $"/repos/acme/databases/actions/artifacts{artifact.Path}" ? new StubAnswer(200, StubGitHub.Zip(("state.json", artifact.State)))
        : new StubAnswer(404);

    internal static async Task<StateLookup> FindAsync(StubGitHub github, TimeProvider? time = null)
    {
        using var api = GitHubApi.Create(github.Context, time ?? new WatchedTime());
        return await new StateArtifacts(api).FindNewestAsync("orders", 42, Token);
    }

    internal static void AssertNothing(string why, StateLookup lookup)
    {
        Assert.Null(lookup.Found);
        Assert.Contains(why, lookup.Reason, StringComparison.Ordinal);
        Assert.StartsWith("No saved state: ", lookup.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", lookup.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("QXZ", lookup.Reason, StringComparison.Ordinal);
    }
}
