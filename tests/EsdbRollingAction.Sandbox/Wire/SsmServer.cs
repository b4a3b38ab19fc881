using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>The JSON protocol of Systems Manager: JSON in, JSON out. Of access keys only the age is checked.</summary>
internal sealed class SsmServer : IDisposable
{
    /// <summary>How requests and answers are typed.</summary>
    public const string ContentType = "application/x-amz-json-1.1";

    private readonly WireMockServer server;
    private readonly RequestLog log;
    private readonly Faults faults;
    private readonly SsmActions actions;
    private readonly ExpiringCredentials credentials;
    private readonly ConcurrentQueue<string> accessKeys = new();
    private int requests;

    public SsmServer(ModelWorld model, Uri url, Faults faults, RequestLog log)
    {
        this.log = log;
        this.faults = faults;
        actions = new SsmActions(model.Ssm);
        credentials = new ExpiringCredentials(faults.CredentialsExpireAfter);
        server = Listener.Start(url, certificateFile: null, new SsmAnswerLoser(model.Ssm), WireTrouble.For(model, faults, "ssm", log));
        server.Given(Request.Create().WithPath("/").UsingPost()).RespondWith(Response.Create().WithCallback(Answer));
    }

    /// <summary>The access keys that requests were signed with, in the order in which each was seen first.</summary>
    public IReadOnlyList<string> AccessKeys => [.. accessKeys.Distinct(StringComparer.Ordinal)];

    public void Dispose() => server.Dispose();

    private ResponseMessage Answer(IRequestMessage request)
    {
        accessKeys.Enqueue(ExpiringCredentials.KeyOf(request));
        var target = Header(request, "X-Amz-Target");
        var what = SsmBody.ActionOf(target);
        ResponseMessage response;
        try
        {
            if (Header(request, "Content-Type")?.Split(';')[0].Trim() != ContentType)
            {
                throw new SsmException("SerializationException", $"The content type is not {ContentType}.");
            }

            var body = SsmBody.Parse(target, request.Body);
            what = body.Summary;
            response = Json(HttpStatusCode.OK, Answer(body, request));
        }
        catch (SsmException refusal)
        {
            response = Json(HttpStatusCode.BadRequest, SsmJson.Error(refusal.Code, refusal.Message));
        }

        log.Add("ssm", request.Method, what, (int)response.StatusCode!);
        return response;
    }

    private JsonObject Answer(SsmBody body, IRequestMessage request)
    {
        if (credentials.HaveExpired(request))
        {
            throw new SsmException("ExpiredTokenException", "The security token included in the request is expired");
        }

        if (faults.ThrottleEvery > 0 && Interlocked.Increment(ref requests) % faults.ThrottleEvery == 0)
        {
            throw new SsmException("ThrottlingException", "Rate exceeded");
        }

        if (faults.DeniedActions.Contains(body.Action))
        {
            throw new SsmException("AccessDeniedException", $"User: sandbox is not authorized to perform: ssm:{body.Action}");
        }

        return actions.Answer(body) ?? throw new SsmException("UnknownOperationException", $"The action {body.Action} is not known.");
    }

    private static string? Header(IRequestMessage request, string name) =>
        request.Headers is not null && request.Headers.TryGetValue(name, out var values) ? values.FirstOrDefault() : null;

    private static ResponseMessage Json(HttpStatusCode status, JsonObject body) => Answers.Text(status, body.ToJsonString(), ContentType);
}
