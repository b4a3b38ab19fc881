using System.Buffers.Binary;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction.Tests.GitHub;

/// <summary>What is downloaded comes from somewhere else and may be anything.</summary>
public sealed class StateDownloadTests
{
    private static readonly byte[] State = "{}"u8.ToArray();

    [Fact]
    public async Task The_storage_it_is_redirected_to_does_not_see_the_token()
    {
        using var storage = new StubGitHub(_ => new StubAnswer(200, StubGitHub.Zip(("state.json", State))));
        using var github = Redirecting($"{storage.Address}/blob?sig=1");

        Assert.Equal(State, (await StateArtifactsTests.FindAsync(github)).Found!.Json);

        var request = Assert.Single(storage.Requests);
        Assert.Equal(("GET", $"{storage.Address}/blob?sig=1"), (request.Method, request.Url));
        Assert.DoesNotContain("Authorization", request.Headers!.Keys);
        Assert.DoesNotContain(request.Headers.Values, value => value.Any(text => text.Contains("QXZ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/blob")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:password@127.0.0.1/blob")]
    [InlineData("")]
    public async Task A_redirect_that_must_not_be_followed_is_not(string location)
    {
        using var github = Redirecting(location);

        StateArtifactsTests.AssertNothing("it redirects to where no request is sent", await StateArtifactsTests.FindAsync(github));
    }

    [Theory]
    [InlineData("https://a.example/", "http://a.example/", false)]
    [InlineData("https://a.example/", "http://127.0.0.1/", false)]
    [InlineData("https://a.example/", "https://b.example/", true)]
    [InlineData("http://a.example/", "http://b.example/", true)]
    [InlineData("http://a.example/", "https://b.example/", true)]
    public void A_redirect_never_takes_the_protection_away(string from, string to, bool followed) =>
        Assert.Equal(followed, HttpAddress.Redirect(new Uri(from), new Uri(to)) is not null);

    [Theory]
    [InlineData("https://a.example/x", "https://A.example:443/y", true)]
    [InlineData("https://a.example/", "http://a.example/", false)]
    [InlineData("https://a.example/", "https://a.example:444/", false)]
    [InlineData("https://a.example/", "https://b.a.example/", false)]
    public void The_token_stays_with_scheme_host_and_port(string one, string other, bool same) =>
        Assert.Equal(same, HttpAddress.IsSameOrigin(new Uri(one), new Uri(other)));

    [Fact]
    public async Task Redirects_without_an_end_are_left()
    {
        using var github = Redirecting("/repos/acme/databases/actions/artifacts/1/zip");

        StateArtifactsTests.AssertNothing("it redirects to where no request is sent", await StateArtifactsTests.FindAsync(github));
    }

    [Fact]
    public async Task Garbage_is_nothing()
    {
        using var github = Downloading("this is no zip"u8.ToArray());

        StateArtifactsTests.AssertNothing("the artifact's zip is not usable", await StateArtifactsTests.FindAsync(github));
    }

    [Fact]
    public void A_name_in_the_zip_is_no_path() =>
        Assert.Equal(State, StateZip.Read(StubGitHub.Zip(("../../etc/state.json", State), ("readme.txt", [1]))));

    [Fact]
    public void A_single_file_may_be_called_anything() =>
        Assert.Equal(State, StateZip.Read(StubGitHub.Zip(("orders.state", State))));

    [Theory]
    [InlineData("it holds no JSON file", "state.txt", "readme.txt")]
    [InlineData("it holds no JSON file")]
    [InlineData("it holds more than one JSON file", "a.json", "b.JSON")]
    public void There_must_be_one_JSON_file(string why, params string[] names) => Assert.Equal(
        why, Assert.Throws<InvalidDataException>(() => StateZip.Read(StubGitHub.Zip([.. names.Select(name => (name, State))]))).Message);

    [Fact]
    public void A_state_may_be_as_large_as_the_limit_and_no_larger()
    {
        Assert.Equal(StateZip.LargestState, StateZip.Read(StubGitHub.Zip(("a.json", new byte[StateZip.LargestState]))).Length);
        Assert.Contains(
            "larger than 16 MiB",
            Assert.Throws<InvalidDataException>(() => StateZip.Read(StubGitHub.Zip(("a.json", new byte[StateZip.LargestState + 1])))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_that_lies_about_its_size_is_defused()
    {
        var zip = StubGitHub.Zip(("a.json", new byte[64 * 1024 * 1024]));
        var directory = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(directory + 24), 10);

        Assert.Equal(10, StateZip.Read(zip).Length);
    }

    private static StubGitHub Redirecting(string location) => new(request =>
        request.Path.EndsWith("/zip", StringComparison.Ordinal)
            ? new StubAnswer(302, "", ("Location", location))
            : new StubAnswer(200, StateArtifactsTests.Page(StateArtifactsTests.Artifact(1, "orders-42-1", 8))));

    private static StubGitHub Downloading(byte[] zip) => new(request =>
        request.Path.EndsWith("/zip", StringComparison.Ordinal)
            ? new StubAnswer(200, zip)
            : new StubAnswer(200, StateArtifactsTests.Page(StateArtifactsTests.Artifact(1, "orders-42-1", 8))));
}
