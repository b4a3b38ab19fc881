namespace EsdbRollingAction.GitHub;

/// <summary>GitHub's REST API, for one repository. Paths begin after the repository's name.</summary>
internal sealed class GitHubApi : IDisposable
{
    private readonly BearerHttp http;
    private readonly string repository;
    private readonly string token;

    private GitHubApi(BearerHttp http, string repository, string token)
    {
        this.http = http;
        this.repository = repository;
        this.token = token;
    }

    /// <summary>Null without a token, or outside of GitHub Actions.</summary>
    public static GitHubApi? Create(GitHubContext context, TimeProvider time) =>
        context is { IsActions: true, Token: { } token, Repository: { } name }
            ? new GitHubApi(new BearerHttp(time), $"{context.ApiUrl.ToString().TrimEnd('/')}/repos/{name}", token)
            : null;

    public Task<BearerAnswer> GetAsync(string path, CancellationToken cancellationToken) =>
        http.SendRepeatedlyAsync(Request(HttpMethod.Get, path), cancellationToken);

    public Task<BearerAnswer> SendAsync(HttpMethod method, string path, byte[] json, CancellationToken cancellationToken) =>
        http.SendAsync(Request(method, path) with { Json = json }, cancellationToken);

    public void Dispose() => http.Dispose();

    private BearerRequest Request(HttpMethod method, string path) =>
        new(method, new Uri(repository + path), token, "application/vnd.github+json") { ApiVersion = "2022-11-28" };
}
