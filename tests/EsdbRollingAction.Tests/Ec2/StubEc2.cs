using System.Net;
using Amazon.EC2;
using Amazon.Runtime;
using EsdbRollingAction.Core.Ec2;
using WireMock.Matchers;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Tests.Ec2;

/// <summary>An EC2 that answers what a test tells it to, and the program's own client pointed at it.</summary>
internal sealed class StubEc2 : IDisposable
{
    private readonly WireMockServer server = WireMockServer.Start();
    private readonly AmazonEC2Client client;
    private readonly AmazonEC2Client once;

    public StubEc2(Action<AmazonEC2Config>? configure = null)
    {
        var configuration = Ec2Client.Configuration("eu-west-1");
        configuration.ServiceURL = Address.ToString();
        configuration.MaxErrorRetry = 0;
        configure?.Invoke(configuration);
        var credentials = new SessionAWSCredentials("AKIDEXAMPLE", "secret-key", "session-token");
        client = new AmazonEC2Client(credentials, configuration);
        var onceOnly = Ec2Client.Configuration("eu-west-1", repeats: false);
        configure?.Invoke(onceOnly);
        onceOnly.ServiceURL = configuration.ServiceURL;
        onceOnly.MaxErrorRetry = 0;
        once = new AmazonEC2Client(credentials, onceOnly);
        Calls = new Ec2Calls(client, once);
        Instances = new Ec2Instances(Calls);
    }

    public Ec2Calls Calls { get; }

    public Ec2Instances Instances { get; }

    public Uri Address => new($"http://127.0.0.1:{server.Port}");

    /// <summary>Form fields of every request, in order.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Requests =>
        [.. server.LogEntries.Select(entry => Fields(entry.RequestMessage!.Body!))];

    public IReadOnlyList<string> Authorizations =>
        [.. server.LogEntries.Select(entry => entry.RequestMessage!.Headers!["Authorization"].Single())];

    public void Answer(string body, int status = 200) =>
        server.Given(Request.Create().UsingPost()).AtPriority(100).RespondWith(Reply(body, status));

    /// <summary>Answers long after any test is over.</summary>
    public void AnswerTooLate() =>
        server.Given(Request.Create().UsingPost()).RespondWith(Reply(string.Empty, 200).WithDelay(TimeSpan.FromSeconds(30)));

    /// <summary>Answers the requests whose body holds a text.</summary>
    public void AnswerTo(string field, string body, int status = 200) =>
        server.Given(Request.Create().UsingPost().WithBody(new WildcardMatcher($"*{field}*"))).AtPriority(1).RespondWith(Reply(body, status));

    /// <summary>Answers the first request this way and the later ones that way.</summary>
    public void AnswerInTurn((string Body, int Status) first, (string Body, int Status) then)
    {
        server.Given(Request.Create().UsingPost()).InScenario("turns").WillSetStateTo("later").RespondWith(Reply(first.Body, first.Status));
        server.Given(Request.Create().UsingPost()).InScenario("turns").WhenStateIs("later").RespondWith(Reply(then.Body, then.Status));
    }

    /// <summary>Answers the first request whose body holds a text this way and the later ones that way.</summary>
    public void AnswerToInTurn(string field, (string Body, int Status) first, (string Body, int Status) then)
    {
        var body = new WildcardMatcher($"*{field}*");
        server.Given(Request.Create().UsingPost().WithBody(body)).AtPriority(1).InScenario(field).WillSetStateTo("later").RespondWith(Reply(first.Body, first.Status));
        server.Given(Request.Create().UsingPost().WithBody(body)).AtPriority(1).InScenario(field).WhenStateIs("later").RespondWith(Reply(then.Body, then.Status));
    }

    public void Dispose()
    {
        client.Dispose();
        once.Dispose();
        server.Dispose();
    }

    private static IResponseBuilder Reply(string body, int status) =>
        Response.Create().WithStatusCode(status).WithHeader("Content-Type", "text/xml;charset=UTF-8").WithBody(body);

    private static Dictionary<string, string> Fields(string form) => form.Split('&')
        .Select(field => field.Split('=', 2))
        .ToDictionary(field => WebUtility.UrlDecode(field[0]), field => WebUtility.UrlDecode(field[1]), StringComparer.Ordinal);
}
