using System.Collections.Concurrent;
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
    private readonly int throttleEvery;
    private readonly IReadOnlyList<string> denied;
    private readonly Ec2Actions actions;
    private readonly ExpiringCredentials credentials;
    private readonly ConcurrentQueue<string> accessKeys = new();
    private int requests;

    public Ec2Server(ModelWorld model, Uri url, Faults faults, RequestLog log)
    {
        this.log = log;
        throttleEvery = faults.ThrottleEvery;
        denied = faults.DeniedActions;
        actions = new Ec2Actions(model.Ec2);
        credentials = new ExpiringCredentials(faults.CredentialsExpireAfter);
        Outage = new Ec2Outage(faults.HangsFrom);
        server = Listener.Start(url, certificateFile: null, cutter: null, WireTrouble.For(model, faults, "ec2", log));
        server.Given(Request.Create().WithPath("/").UsingPost()).RespondWith(Response.Create().WithCallback(AnswerAsync));
    }

    public Ec2Outage Outage { get; }

    /// <summary>The access keys that requests were signed with, in the order in which each was seen first.</summary>
    public IReadOnlyList<string> AccessKeys => [.. accessKeys.Distinct(StringComparer.Ordinal)];

    public void Dispose()
    {
        Outage.End();
        server.Dispose();
    }

    private async Task<IResponseMessage> AnswerAsync(IRequestMessage request)
    {
        var form = Ec2Form.Parse(request.Body ?? "");
        accessKeys.Enqueue(ExpiringCredentials.KeyOf(request));
        var response = await Outage.SwallowsAsync(form) ? Error("Unavailable", "The server is overloaded.")
            : credentials.HaveExpired(request) ? Error("RequestExpired", "Request has expired.")
            : Answer(form);
        log.Add("ec2", request.Method, form.Summary, (int)response.StatusCode!);
        return response;
    }

    private ResponseMessage Answer(Ec2Form form)
    {
        if (throttleEvery > 0 && Interlocked.Increment(ref requests) % throttleEvery == 0)
        {
            return Error("RequestLimitExceeded", "Request limit exceeded.");
        }

        if (IsDenied(form))
        {
            return Error("UnauthorizedOperation", $"You are not authorized to perform this operation: {form.Action}.");
        }

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
    private bool IsDenied(Ec2Form form) =>
        denied.Contains(form.Action) || (denied.Contains("CreateTags") && form["TagSpecifications.1.ResourceType"] is not null);

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
