using System.IO.Compression;
using System.Threading.Channels;
using EsdbRollingAction.GitHub;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Types;
using WireMock.Util;

namespace EsdbRollingAction.Tests.GitHub;

/// <summary>What the stub answers.</summary>
internal sealed record StubAnswer(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    public StubAnswer(int status, string body = "", params (string Name, string Value)[] headers)
        : this(status, System.Text.Encoding.UTF8.GetBytes(body), headers)
    {
    }
}

/// <summary>A GitHub that answers what a test tells it to, and remembers who asked for what.</summary>
internal sealed class StubGitHub : IDisposable
{
    public const string Token = "ghs_QXZsecret";

    private static readonly TimeSpan GivesUp = TimeSpan.FromSeconds(30);

    private readonly WireMockServer server = WireMockServer.Start();
    private readonly Channel<IRequestMessage> arrived = Channel.CreateUnbounded<IRequestMessage>();

    public StubGitHub(Func<IRequestMessage, StubAnswer> answer) =>
        server.Given(Request.Create()).RespondWith(Response.Create().WithCallback(request =>
        {
            var answered = answer(request);
            arrived.Writer.TryWrite(request);
            return Message(answered);
        }));

    public string Address => $"http://127.0.0.1:{server.Port}";

    public IReadOnlyList<IRequestMessage> Requests => [.. server.LogEntries.Select(entry => entry.RequestMessage!)];

    public GitHubContext Context => GitHubContext.Read(Variables, Token);

    /// <summary>The variables of a step.</summary>
    public string? Variables(string name) => name switch
    {
        "GITHUB_ACTIONS" => "true",
        "GITHUB_API_URL" => Address,
        "GITHUB_REPOSITORY" => "acme/databases",
        "GITHUB_RUN_ID" => "42",
        "GITHUB_RUN_ATTEMPT" => "3",
        "GITHUB_SHA" => "0123456789abcdef",
        "GITHUB_JOB" => "roll",
        "ACTIONS_ID_TOKEN_REQUEST_URL" => $"{Address}/token?api-version=2.0",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN" => Token,
        _ => null,
    };

    /// <summary>The next request that has been answered.</summary>
    public async Task<IRequestMessage> TakeRequestAsync() =>
        await arrived.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(GivesUp);

    public void Dispose() => server.Dispose();

    /// <summary>A zip with these files.</summary>
    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return zip.ToArray();
    }

    private static ResponseMessage Message(StubAnswer answer) => new()
    {
        StatusCode = answer.Status,
        Headers = answer.Headers.ToDictionary(header => header.Name, header => new WireMockList<string>(header.Value)),
        BodyData = new BodyData { BodyAsBytes = answer.Body, DetectedBodyType = BodyType.Bytes },
    };
}
