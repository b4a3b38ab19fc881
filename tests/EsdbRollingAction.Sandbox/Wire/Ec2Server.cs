using System.Net;
using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>The query protocol of EC2: a form in, XML out. Of access keys only the age is checked.</summary>
internal sealed class Ec2Server : IDisposable
{
    private readonly WireMockServer server;
    private readonly RequestLog log;
    private readonly Ec2Actions actions;
    private readonly AwsGate gate;

    public Ec2Server(ModelWorld model, Uri url, Faults faults, RequestLog log)
    {
        this.log = log;
        actions = new Ec2Actions(model.Ec2);
        gate = new AwsGate(faults);
        Outage = new Ec2Outage(faults.HangsFrom);
        server = Listener.Start(url, certificateFile: null, cutter: null, WireTrouble.For(model, faults, "ec2", log));
        server.Given(Request.Create().WithPath("/").UsingPost()).RespondWith(Response.Create().WithCallback(AnswerAsync));
    }

    public Ec2Outage Outage { get; }

    /// <inheritdoc cref="AwsGate.AccessKeys"/>
    public IReadOnlyList<string> AccessKeys => gate.AccessKeys;

    public void Dispose()
    {
        Outage.End();
        server.Dispose();
    }

    private async Task<IResponseMessage> AnswerAsync(IRequestMessage request)
    {
        var form = Ec2Form.Parse(request.Body ?? "");
        var response = await Outage.SwallowsAsync(form) ? Error("Unavailable", "The server is overloaded.") : gate.Refuse(request, form.Action, TaggingIn(form)) switch
        {
            GateRefusal.Expired => Error("RequestExpired", "Request has expired."),
            GateRefusal.Throttled => Error("RequestLimitExceeded", "Request limit exceeded."),
            GateRefusal.Denied => Error("UnauthorizedOperation", $"You are not authorized to perform this operation: {form.Action}."),
            _ => Answer(form),
        };
        log.Add("ec2", request.Method, form.Summary, (int)response.StatusCode!);
        return response;
    }

    private ResponseMessage Answer(Ec2Form form)
    {
        try
        {
            return actions.Answer(form) is { } answer
                ? Answers.Xml((int)HttpStatusCode.OK, answer)
                : Error("InvalidAction", $"The action {form.Action} is not valid for this web service.");
        }
        catch (Ec2Exception refusal)
        {
            return Error(refusal.Code, refusal.Message);
        }
    }

    /// <summary>Who may not tag may not make what is tagged from the beginning either.</summary>
    private static string? TaggingIn(Ec2Form form) => form["TagSpecifications.1.ResourceType"] is null ? null : "CreateTags";

    private static ResponseMessage Error(string code, string message) => Answers.Xml(
        code switch
        {
            "RequestLimitExceeded" => 503,
            "InsufficientInstanceCapacity" => 500,
            "UnauthorizedOperation" => 403,
            "DryRunOperation" => 412,
            _ => 400,
        },
        Ec2Xml.Error(code, message));
}
