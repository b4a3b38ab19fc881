using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.SecurityToken;
using EsdbRollingAction.Core.Ec2;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Tests.Ec2;

/// <summary>An STS that answers what a test tells it to, and somebody who has tokens for it.</summary>
internal sealed class StubSts : IWebIdentity, IDisposable
{
    public const string Role = "arn:aws:iam::123456789012:role/rolling-update";
    public const string Subject = "repo:acme/databases:environment:production";

    private const string Namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

    private readonly WireMockServer server = WireMockServer.Start();
    private readonly AmazonSecurityTokenServiceClient client;

    public StubSts() => client = new AmazonSecurityTokenServiceClient(
        new AnonymousAWSCredentials(),
        new AmazonSecurityTokenServiceConfig { ServiceURL = Address, MaxErrorRetry = 0, DisableLogging = true });

    public string Address => $"http://127.0.0.1:{server.Port}";

    /// <summary>Who the tokens were asked for, in order.</summary>
    public List<string> Audiences { get; } = [];

    /// <summary>The token given last.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Form fields of every request, in order.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Requests => [.. server.LogEntries.Select(entry =>
        entry.RequestMessage!.Body!.Split('&').Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]), StringComparer.Ordinal))];

    public bool IsAnonymous => server.LogEntries.All(entry => !entry.RequestMessage!.Headers!.ContainsKey("Authorization"));

    public void Accept(string key, DateTimeOffset until) => Answer(200, string.Create(CultureInfo.InvariantCulture, $"""
        <AssumeRoleWithWebIdentityResponse xmlns="{Namespace}"><AssumeRoleWithWebIdentityResult><Credentials>
        <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>QXZsecret</SecretAccessKey><SessionToken>QXZsession</SessionToken>
        <Expiration>{until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
        <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>
        """));

    public void Refuse(int status, string code, string message) => Answer(
        status,
        $"""<ErrorResponse xmlns="{Namespace}"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>""");

    /// <summary>The next token is known beforehand.</summary>
    public void RefuseRepeatingTheToken() => Refuse(400, "InvalidIdentityToken", $"Cannot read {Next().Value}.");

    public void Answer(int status, string body)
    {
        server.ResetMappings();
        server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(status).WithHeader("Content-Type", "text/xml").WithBody(body));
    }

    public SessionSource Source(TimeProvider time, string role = Role) =>
        new(client, new RoleToAssume(RoleArn.Parse(role), "esdb-rolling-update-42"), this, time);

    public Task<WebIdentityToken> TokenAsync(string audience, CancellationToken cancellationToken)
    {
        Token = Next().Value;
        Audiences.Add(audience);
        return Task.FromResult(new WebIdentityToken(Token));
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }

    private WebIdentityToken Next()
    {
        var claims = $$"""{"iss":"https://token.actions.githubusercontent.com","sub":"{{Subject}}","n":{{Audiences.Count}}}""";
        return new WebIdentityToken($"QXZ.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.QXZ");
    }
}
