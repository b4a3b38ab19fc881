using System.Collections.Concurrent;
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
    private readonly Faults faults;
    private readonly CloudWatch alarms;
    private readonly ExpiringCredentials credentials;
    private readonly ConcurrentQueue<string> accessKeys = new();
    private int requests;

    public CloudWatchServer(ModelWorld model, Uri url, Faults faults, RequestLog log)
    {
        this.log = log;
        this.faults = faults;
        alarms = model.CloudWatch;
        credentials = new ExpiringCredentials(faults.CredentialsExpireAfter);
        server = Listener.Start(url, certificateFile: null, cutter: null, WireTrouble.For(model, faults, Target, log));
        server.Given(Request.Create().WithPath("/").UsingPost()).RespondWith(Response.Create().WithCallback(Answer));
    }

    /// <summary>The access keys that requests were signed with, in the order in which each was seen first.</summary>
    public IReadOnlyList<string> AccessKeys => [.. accessKeys.Distinct(StringComparer.Ordinal)];

    public void Dispose() => server.Dispose();

    private ResponseMessage Answer(IRequestMessage request)
    {
        accessKeys.Enqueue(ExpiringCredentials.KeyOf(request));
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
        if (Header(request, "Content-Type").Split(';')[0].Trim() != FormType)
        {
            throw new CloudWatchException("InvalidAction", $"The content type is not {FormType}.");
        }

        if (!Header(request, "Authorization").Contains("/monitoring/aws4_request,", StringComparison.Ordinal))
        {
            throw new CloudWatchException("SignatureDoesNotMatch", "Credential should be scoped to correct service: 'monitoring'.", 403);
        }

        if (credentials.HaveExpired(request))
        {
            throw new CloudWatchException("ExpiredToken", "The security token included in the request is expired", 403);
        }

        if (faults.ThrottleEvery > 0 && Interlocked.Increment(ref requests) % faults.ThrottleEvery == 0)
        {
            throw new CloudWatchException("Throttling", "Rate exceeded");
        }

        if (faults.DeniedActions.Contains(form.Action))
        {
            throw new CloudWatchException(
                "AccessDenied", $"User: sandbox is not authorized to perform: cloudwatch:{form.Action}", 403);
        }
    }

    private static string Header(IRequestMessage request, string name) =>
        request.Headers is not null && request.Headers.TryGetValue(name, out var values) ? values.FirstOrDefault() ?? "" : "";
}
