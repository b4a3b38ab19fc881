namespace EsdbRollingAction.GitHub;

/// <summary>GitHub's REST API, for one repository.</summary>
internal sealed class GitHubApi : IDisposable
{
    private const string Accept = "application/vnd.github+json";
    private const string Version = "2022-11-28";

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

    /// <param name="path">The path after the repository's name, with its query.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NoAnswerException">There was no answer.</exception>
    public Task<BearerAnswer> GetAsync(string path, CancellationToken cancellationToken) =>
        http.SendRepeatedlyAsync(Request(HttpMethod.Get, path, null), cancellationToken);

    /// <param name="method">POST or PATCH.</param>
    /// <param name="path">The path after the repository's name.</param>
    /// <param name="json">The body.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NoAnswerException">There was no answer.</exception>
    public Task<BearerAnswer> SendAsync(HttpMethod method, string path, byte[] json, CancellationToken cancellationToken) =>
        http.SendAsync(Request(method, path, json), cancellationToken);

    public void Dispose() => http.Dispose();

    private BearerRequest Request(HttpMethod method, string path, byte[]? json) =>
        new(method, new Uri(repository + path), token, Accept, json) { ApiVersion = Version };
}
