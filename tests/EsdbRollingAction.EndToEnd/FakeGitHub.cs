using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Types;
using WireMock.Util;

namespace EsdbRollingAction.EndToEnd;

/// <summary>GitHub's REST API, its OIDC service and STS, as far as the program asks them.</summary>
internal sealed class FakeGitHub : IDisposable
{
    public const string Token = "ghs_a-token-that-nobody-may-see";
    public const string RequestToken = "a-request-token-that-nobody-may-see";
    public const string SecretKey = "a-secret-key-that-nobody-may-see";

    private readonly WireMockServer server = WireMockServer.Start();
    private readonly ConcurrentDictionary<string, byte[]> artifacts = new();

    public FakeGitHub()
    {
        On("GET", "/repos/org/ops/actions/runs/77/artifacts", _ => Json(new JsonObject
        {
            ["total_count"] = artifacts.Count,
            ["artifacts"] = new JsonArray([.. artifacts.Keys.Select((name, id) => new JsonObject { ["id"] = id + 1, ["name"] = name, ["expired"] = false })]),
        }));
        On("GET", "/repos/org/ops/actions/artifacts/1/zip", _ => Bytes(artifacts.Values.First()));
        On("POST", "/repos/org/ops/check-runs", _ => Json(new JsonObject { ["id"] = 5 }, 201));
        On("PATCH", "/repos/org/ops/check-runs/5", _ => Json([]));
        On("GET", "/oidc", _ => Json(new JsonObject { ["value"] = "a-web-identity-token-that-nobody-may-see" }));
        On("POST", "/sts/", _ => Answer(200, "text/xml", Session()));
    }

    /// <summary>The variables of a job of this workflow run.</summary>
    public (string Name, string? Value)[] Job(string folder, int attempt = 1) =>
    [
        ("GITHUB_ACTIONS", "true"), ("GITHUB_API_URL", server.Url), ("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "org/ops"),
        ("GITHUB_RUN_ID", "77"), ("GITHUB_RUN_ATTEMPT", attempt.ToString(CultureInfo.InvariantCulture)), ("GITHUB_SHA", new string('a', 40)),
        ("GITHUB_STEP_SUMMARY", Path.Combine(folder, "summary.md")), ("INPUT_GITHUB_TOKEN", Token), ("NO_COLOR", "1"), ("RUNNER_DEBUG", ""),
    ];

    /// <summary>The variables of a job that may ask for an OIDC token, and takes a role with it.</summary>
    public (string Name, string? Value)[] Role() =>
    [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", $"{server.Url}/oidc?api-version=2.0"), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", RequestToken),
        ("INPUT_ROLE_TO_ASSUME", "arn:aws:iam::123456789012:role/rolling-update"), ("AWS_ENDPOINT_URL_STS", $"{server.Url}/sts"),
        ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_SESSION_TOKEN", null),
    ];

    public IReadOnlyList<IRequestMessage> Requests(string path) =>
        [.. server.LogEntries.Select(entry => entry.RequestMessage!).Where(request => request.Path.StartsWith(path, StringComparison.Ordinal))];

    /// <summary>Keeps this file as <c>actions/upload-artifact</c> would.</summary>
    public void Save(string artifact, string file)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            zip.CreateEntryFromFile(file, Path.GetFileName(file));
        }

        artifacts[artifact] = memory.ToArray();
    }

    public void Dispose() => server.Dispose();

    private void On(string method, string path, Func<IRequestMessage, IResponseMessage> answer) =>
        server.Given(Request.Create().WithPath(path).UsingMethod(method)).RespondWith(Response.Create().WithCallback(answer));

    private static string Session() =>
        $"""
        <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
        <Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>{SecretKey}</SecretAccessKey><SessionToken>session</SessionToken>
        <Expiration>{DateTimeOffset.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials>
        </AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>
        """;

    private static ResponseMessage Json(JsonObject body, int status = 200) => Answer(status, "application/json", body.ToJsonString());

    private static ResponseMessage Answer(int status, string type, string body) => new()
    {
        StatusCode = status,
        Headers = new Dictionary<string, WireMockList<string>>(StringComparer.Ordinal) { ["Content-Type"] = type },
        BodyData = new BodyData { DetectedBodyType = BodyType.String, BodyAsString = body, Encoding = Encoding.UTF8 },
    };

    private static ResponseMessage Bytes(byte[] body) => new()
    {
        StatusCode = 200,
        Headers = new Dictionary<string, WireMockList<string>>(StringComparer.Ordinal) { ["Content-Type"] = "application/zip" },
        BodyData = new BodyData { DetectedBodyType = BodyType.Bytes, BodyAsBytes = body },
    };
}
