using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox.Wire;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;

namespace EsdbRollingAction.EndToEnd;

/// <summary>A chat system that takes notices by HTTPS, with a certificate of an authority that only <c>SSL_CERT_FILE</c> names.</summary>
internal sealed class FakeChat : IDisposable
{
    public const string Path = "/services/T00000000/a-webhook-that-nobody-may-see";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("esdb-chat-");
    private readonly WireMockServer server;
    private readonly TcpListener silent = new(IPAddress.Loopback, 0);

    public FakeChat(int status = 200)
    {
        var certificate = System.IO.Path.Combine(folder.FullName, "chat.pfx");
        using var authority = new SandboxCertificateAuthority(TimeProvider.System);
        authority.Issue("127.0.0.1", certificate);
        File.WriteAllText(AuthorityFile, authority.Pem);
        server = WireMockServer.Start(new WireMockServerSettings
        {
            Urls = ["https://127.0.0.1:0"],
            UseSSL = true,
            CertificateSettings = new WireMockCertificateSettings { X509CertificateFilePath = certificate, X509CertificatePassword = "" },
        });
        server.Given(Request.Create()).RespondWith(Response.Create().WithCallback(_ => new ResponseMessage { StatusCode = status }));
        silent.Start();
    }

    public string AuthorityFile => System.IO.Path.Combine(folder.FullName, "ca.pem");

    /// <summary>The variables of a program that sends its notices here.</summary>
    public (string Name, string? Value)[] Variables => To(new Uri(server.Url!).Port);

    /// <summary>The variables of a program whose notices nobody ever answers, not even to greet.</summary>
    public (string Name, string? Value)[] Silent => To(((IPEndPoint)silent.LocalEndpoint).Port);

    /// <summary>The variables of a program that sends its notices to where nobody listens.</summary>
    public (string Name, string? Value)[] Nowhere => To(9);

    /// <summary>What was posted, oldest first.</summary>
    public IReadOnlyList<JsonObject> Notices =>
    [
        .. server.LogEntries
            .Select(entry => entry.RequestMessage!)
            .Where(request => request is { Method: "POST", Path: Path })
            .Select(request => JsonNode.Parse(request.Body!)!.AsObject()),
    ];

    public IEnumerable<string> Events => Notices.Select(notice => (string)notice["event"]!);

    public void Dispose()
    {
        silent.Dispose();
        server.Dispose();
        folder.Delete(recursive: true);
    }

    private (string Name, string? Value)[] To(int port) =>
        [("INPUT_NOTIFY_URL", $"https://127.0.0.1:{port}{Path}"), ("SSL_CERT_FILE", AuthorityFile)];
}
