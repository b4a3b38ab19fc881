using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox.Wire;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;

namespace EsdbRollingAction.EndToEnd;

/// <summary>Who gives credentials: STS, instance metadata, a container's agent. Each session has an access key of its own.</summary>
internal sealed class FakeAws : IDisposable
{
    public const string SecretKey = "a-temporary-secret-that-nobody-may-see";
    public const string AgentToken = "an-agent-token-that-nobody-may-see";

    private readonly WireMockServer server;
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> sts = new();
    private int sessions;

    /// <param name="certificateFile">Its certificate, when it speaks HTTPS.</param>
    public FakeAws(string? certificateFile = null)
    {
        server = WireMockServer.Start(new WireMockServerSettings
        {
            Urls = [certificateFile is null ? "http://127.0.0.1:0" : "https://127.0.0.1:0"],
            UseSSL = certificateFile is not null,
            CertificateSettings = certificateFile is null
                ? null
                : new WireMockCertificateSettings { X509CertificateFilePath = certificateFile, X509CertificatePassword = "" },
        });
        On("POST", "/sts/", Sts);
        On("PUT", "/latest/api/token", _ => Text("a-metadata-token"));
        On("GET", "/latest/meta-data/iam/security-credentials/", _ => HasRole ? Text("rolling-update") : NotFound());
        On("GET", "/latest/meta-data/iam/info", _ => HasRole ? Text("""{"Code":"Success"}""") : NotFound());
        On("GET", "/latest/meta-data/iam/security-credentials/rolling-update", _ => Text(Json("ASIAINSTANCE")));
        On("GET", "/container", request => request.Headers!["Authorization"].Contains(AgentToken)
            ? Text(Json("ASIACONTAINER"))
            : new ResponseMessage { StatusCode = 403 });
    }

    public string Url => server.Url!;

    /// <summary>How long each session is good.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether the machine has an instance profile.</summary>
    public bool HasRole { get; set; } = true;

    /// <summary>What STS answers instead of a session.</summary>
    public string? StsError { get; set; }

    /// <summary>What STS was asked, and by whom, as <c>by</c>.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> StsRequests => [.. sts];

    public void Dispose() => server.Dispose();

    private ResponseMessage Sts(IRequestMessage request)
    {
        var form = request.Body!.Split('&').Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]), StringComparer.Ordinal);
        form["by"] = AwsGate.KeyOf(request);
        sts.Enqueue(form);
        return StsError is { } code
            ? Text($"<ErrorResponse><Error><Code>{code}</Code><Message>The sentence.</Message></Error></ErrorResponse>", 400)
            : Text(
                $"""
                <{form["Action"]}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{form["Action"]}Result><Credentials>
                <AccessKeyId>{NewKey("ASIAROLE")}</AccessKeyId><SecretAccessKey>{SecretKey}</SecretAccessKey>
                <SessionToken>session</SessionToken><Expiration>{Until}</Expiration></Credentials></{form["Action"]}Result>
                <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{form["Action"]}Response>
                """);
    }

    private string Json(string kind) => new JsonObject
    {
        ["Code"] = "Success",
        ["Type"] = "AWS-HMAC",
        ["AccessKeyId"] = NewKey(kind),
        ["SecretAccessKey"] = SecretKey,
        ["Token"] = "session",
        ["LastUpdated"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["Expiration"] = Until,
    }.ToJsonString();

    private string NewKey(string kind) => $"{kind}{Interlocked.Increment(ref sessions)}";

    private string Until => (DateTimeOffset.UtcNow + Lifetime).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private void On(string method, string path, Func<IRequestMessage, IResponseMessage> answer) =>
        server.Given(Request.Create().WithPath(path).UsingMethod(method)).RespondWith(Response.Create().WithCallback(answer));

    private static ResponseMessage NotFound() => new() { StatusCode = 404 };

    private static ResponseMessage Text(string body, int status = 200) => new()
    {
        StatusCode = status,
        BodyData = new WireMock.Util.BodyData { DetectedBodyType = WireMock.Types.BodyType.String, BodyAsString = body },
    };
}
