using System.Globalization;
using System.Net;
using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>The HTTP interface of one node.</summary>
internal sealed class NodeServer : IDisposable
{
    private const int EventBytes = 1_000;
    private readonly WireMockServer server;
    private readonly ModelWorld model;
    private readonly string node;
    private readonly SandboxOptions options;
    private readonly Credentials credentials;
    private readonly RequestLog log;

    public NodeServer(ModelWorld model, string node, Uri url, string? certificateFile, SandboxOptions options, RequestLog log)
    {
        this.model = model;
        this.node = node;
        this.options = options;
        this.log = log;
        credentials = new Credentials(options.Secured, options.Password);
        server = Listener.Start(url, certificateFile, new LineCutter(() => model.Cluster.BeAsked(node), IsDown, options.Faults.BlackHole ? IsOff : () => false), WireTrouble.For(model, options.Faults, node, log));
        Get("/gossip", Counted(Gossip));
        Get("/health/live", Counted(_ => Health()));
        Get("/info", _ => Answers.Json(NodeJson.Info(Own)));
        Get("/info/options", Administrative(_ => Answers.Json(NodeJson.Options(model.Cluster, Named, options.ServerOptions))));
        Get("/admin/scavenge/current", Administrative(_ => Answers.Text(HttpStatusCode.OK, "ScavengeId: , ScavengeLink: ")));
        Post("/admin/node/priority/*", Administrative(Priority));
        Post("/admin/node/resign", Administrative(Resign));
        var autoScavenge = new AutoScavengeActions(model.Cluster, node);
        Get("/auto-scavenge/status", Administrative(_ => autoScavenge.Status()));
        Post("/auto-scavenge/pause", Administrative(_ => autoScavenge.Pause()));
        Post("/auto-scavenge/resume", Administrative(_ => autoScavenge.Resume()));
        Post("/streams/*", Append);
    }

    private NodeOptions Named => options.Nodes.Single(named => named.Name == node);

    private Member Own => model.Cluster.Truth(node) ?? throw new InvalidOperationException($"{node} is down.");

    public void Dispose() => server.Dispose();

    private Func<IRequestMessage, ResponseMessage> Counted(Func<IRequestMessage, ResponseMessage> answer) => request =>
    {
        log.Asked();
        return answer(request);
    };

    private ResponseMessage Gossip(IRequestMessage request)
    {
        if (credentials.AreWrong(request))
        {
            return Answers.Empty(HttpStatusCode.Unauthorized);
        }

        if (request.Headers!.TryGetValue("Accept", out var accept) && accept.Any(value => value.Contains("text/html", StringComparison.Ordinal)))
        {
            return Answers.Empty(HttpStatusCode.NotAcceptable);
        }

        return model.World.Do(() => Answers.Json(
            GossipJson.Write(model.Cluster.Gossip(node)!, Own, model.World.Time.GetUtcNow(), model.World.Now, model.World.TimeScale)));
    }

    private ResponseMessage Health() =>
        Answers.Empty(model.Cluster.Health(node) == true ? HttpStatusCode.NoContent : HttpStatusCode.ServiceUnavailable);

    private ResponseMessage Priority(IRequestMessage request)
    {
        var text = request.Path[(request.Path.LastIndexOf('/') + 1)..];
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority))
        {
            return Answers.Text(HttpStatusCode.BadRequest, "nodePriority must be an integer.");
        }

        model.Cluster.SetPriority(node, priority);
        return Answers.Empty(HttpStatusCode.OK);
    }

    private ResponseMessage Resign(IRequestMessage request)
    {
        model.Cluster.Resign(node);
        return Answers.Empty(HttpStatusCode.OK);
    }

    private ResponseMessage Append(IRequestMessage request)
    {
        if (!credentials.MayAdministrate(request))
        {
            return Answers.Empty(HttpStatusCode.Unauthorized);
        }

        return Answers.Empty(model.Cluster.Append(node, EventBytes) ? HttpStatusCode.Created : HttpStatusCode.ServiceUnavailable);
    }

    private Func<IRequestMessage, ResponseMessage> Administrative(Func<IRequestMessage, ResponseMessage> answer) => request =>
    {
        var response = credentials.MayAdministrate(request) ? answer(request) : Answers.Empty(HttpStatusCode.Unauthorized);
        log.Add(node, request.Method, request.Path, (int)response.StatusCode!);
        return response;
    };

    private void Get(string path, Func<IRequestMessage, ResponseMessage> answer) =>
        server.Given(Request.Create().WithPath(path).UsingGet()).RespondWith(Response.Create().WithCallback(Up(answer)));

    private void Post(string path, Func<IRequestMessage, ResponseMessage> answer) =>
        server.Given(Request.Create().WithPath(path).UsingPost()).RespondWith(Response.Create().WithCallback(Up(answer)));

    /// <summary>A process that ends while it answers: the answer is lost.</summary>
    private Func<IRequestMessage, IResponseMessage> Up(Func<IRequestMessage, ResponseMessage> answer) => request =>
        model.World.Do(() => IsDown() ? Answers.Empty(HttpStatusCode.ServiceUnavailable) : answer(request));

    private bool IsDown() => model.Cluster.Truth(node) is null;

    private bool IsOff() => model.World.Look(() =>
        model.Ec2.Of(node).State is Ec2State.Stopped or Ec2State.Pending || model.Ec2.IsDownToReboot(node));
}
