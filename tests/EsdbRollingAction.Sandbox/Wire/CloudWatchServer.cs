using System.Net;
using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>The query protocol of CloudWatch: a form in, XML out. Of signatures the scope and the age of the key are checked.</summary>
internal sealed class CloudWatchServer : IDisposable
{
    /// <summary>Who is asked, in the log.</summary>
    public const string Target = "cloudwatch";

    private const string FormType = "application/x-www-form-urlencoded";
    private readonly WireMockServer server;
    private readonly RequestLog log;
    private readonly CloudWatch alarms;
    private readonly AwsGate gate;

    public CloudWatchServer(ModelWorld model, Uri url, Faults faults, RequestLog log)
    {
        this.log = log;
        alarms = model.CloudWatch;
        gate = new AwsGate(faults);
        server = Listener.Start(url, certificateFile: null, cutter: null, WireTrouble.For(model, faults, Target, log));
        server.Given(Request.Create().WithPath("/").UsingPost()).RespondWith(Response.Create().WithCallback(Answer));
    }

    /// <inheritdoc cref="AwsGate.AccessKeys"/>
    public IReadOnlyList<string> AccessKeys => gate.AccessKeys;

    public void Dispose() => server.Dispose();

    private ResponseMessage Answer(IRequestMessage request)
    {
        var form = CloudWatchForm.Parse(request.Body ?? "");
        ResponseMessage response;
        try
        {
            RefuseUnlessAllowed(form, request);
            form.Check();
            var (page, next) = form.Page(alarms.Read());
            response = Answers.Xml((int)HttpStatusCode.OK, CloudWatchXml.Alarms(page, next));
        }
        catch (CloudWatchException refusal)
        {
            response = Answers.Xml(refusal.Status, CloudWatchXml.Error(refusal.Code, refusal.Message));
        }

        log.Add(Target, request.Method, form.Summary, (int)response.StatusCode!);
        return response;
    }

    private void RefuseUnlessAllowed(CloudWatchForm form, IRequestMessage request)
    {
        if (AwsGate.Header(request, "Content-Type")?.Split(';')[0].Trim() != FormType)
        {
            throw new CloudWatchException("InvalidAction", $"The content type is not {FormType}.");
        }

        if (AwsGate.Header(request, "Authorization")?.Contains("/monitoring/aws4_request,", StringComparison.Ordinal) is not true)
        {
            throw new CloudWatchException("SignatureDoesNotMatch", "Credential should be scoped to correct service: 'monitoring'.", 403);
        }

        switch (gate.Refuse(request, form.Action))
        {
            case GateRefusal.Expired:
                throw new CloudWatchException("ExpiredToken", "The security token included in the request is expired", 403);
            case GateRefusal.Throttled:
                throw new CloudWatchException("Throttling", "Rate exceeded");
            case GateRefusal.Denied:
                throw new CloudWatchException(
                    "AccessDenied", $"User: sandbox is not authorized to perform: cloudwatch:{form.Action}", 403);
        }
    }
}
