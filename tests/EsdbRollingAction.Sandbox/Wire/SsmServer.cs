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
    private readonly SsmActions actions;
    private readonly AwsGate gate;

    public SsmServer(ModelWorld model, Uri url, Faults faults, RequestLog log)
    {
        this.log = log;
        actions = new SsmActions(model.Ssm);
        gate = new AwsGate(faults);
        server = Listener.Start(url, certificateFile: null, new SsmAnswerLoser(model.Ssm), WireTrouble.For(model, faults, "ssm", log));
        server.Given(Request.Create().WithPath("/").UsingPost()).RespondWith(Response.Create().WithCallback(Answer));
    }

    /// <inheritdoc cref="AwsGate.AccessKeys"/>
    public IReadOnlyList<string> AccessKeys => gate.AccessKeys;

    public void Dispose() => server.Dispose();

    private ResponseMessage Answer(IRequestMessage request)
    {
        var target = AwsGate.Header(request, "X-Amz-Target");
        var what = SsmBody.ActionOf(target);
        ResponseMessage response;
        try
        {
            if (AwsGate.Header(request, "Content-Type")?.Split(';')[0].Trim() != ContentType)
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

    private JsonObject Answer(SsmBody body, IRequestMessage request) => gate.Refuse(request, body.Action) switch
    {
        GateRefusal.Expired => throw new SsmException("ExpiredTokenException", "The security token included in the request is expired"),
        GateRefusal.Throttled => throw new SsmException("ThrottlingException", "Rate exceeded"),
        GateRefusal.Denied => throw new SsmException(
            "AccessDeniedException", $"User: sandbox is not authorized to perform: ssm:{body.Action}"),
        _ => actions.Answer(body) ?? throw new SsmException("UnknownOperationException", $"The action {body.Action} is not known."),
    };

    private static ResponseMessage Json(HttpStatusCode status, JsonObject body) => Answers.Text(status, body.ToJsonString(), ContentType);
}
