using System.Net;
using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>The query protocol of EC2: a form in, XML out. Access keys are not checked.</summary>
internal sealed class Ec2Server : IDisposable
{
    private readonly WireMockServer server;
    private readonly Ec2 ec2;
    private readonly RequestLog log;
    private readonly int throttleEvery;
    private readonly Dictionary<string, Func<Ec2Form, string>> actions;
    private int requests;

    public Ec2Server(Ec2 ec2, Uri url, int throttleEvery, RequestLog log)
    {
        this.ec2 = ec2;
        this.log = log;
        this.throttleEvery = throttleEvery;
        actions = new(StringComparer.Ordinal)
        {
            ["DescribeInstances"] = form => Ec2Reads.Instances(ec2.Describe(), form),
            ["DescribeInstanceTypes"] = form => Ec2Reads.Types(ec2.KnownTypes, form),
            ["StopInstances"] = form => Each("StopInstances", form, id => (ec2.Stop(id, form.DryRun), Ec2State.Stopping)),
            ["StartInstances"] = form => Each("StartInstances", form, id => (ec2.Start(id, form.DryRun), Ec2State.Pending)),
            ["ModifyInstanceAttribute"] = Modify,
        };
        server = Listener.Start(url, certificateFile: null, cutter: null);
        server.Given(Request.Create().WithPath("/").UsingPost()).RespondWith(Response.Create().WithCallback(Answer));
    }

    public void Dispose() => server.Dispose();

    private IResponseMessage Answer(IRequestMessage request)
    {
        var form = Ec2Form.Parse(request.Body ?? "");
        var response = Answer(form);
        log.Add("ec2", request.Method, form.Summary, (int)response.StatusCode!);
        return response;
    }

    private ResponseMessage Answer(Ec2Form form)
    {
        if (throttleEvery > 0 && Interlocked.Increment(ref requests) % throttleEvery == 0)
        {
            return Error("RequestLimitExceeded", "Request limit exceeded.");
        }

        if (!actions.TryGetValue(form.Action, out var act))
        {
            return Error("UnauthorizedOperation", $"You are not authorized to perform this operation: {form.Action}.");
        }

        try
        {
            return Answers.Xml((int)HttpStatusCode.OK, act(form));
        }
        catch (Ec2Exception refusal)
        {
            return Error(refusal.Code, refusal.Message);
        }
    }

    private static string Each(string action, Ec2Form form, Func<string, (Ec2State Before, Ec2State Now)> change) =>
        Ec2Xml.StateChanges(action, [.. form.List("InstanceId").Select(id => (id, change(id)))]);

    private string Modify(Ec2Form form)
    {
        var type = form["InstanceType.Value"] ?? throw new Ec2Exception("InvalidParameterCombination", "No attributes specified.");
        ec2.ChangeType(form["InstanceId"] ?? "", type, form.DryRun);
        return Ec2Xml.Done("ModifyInstanceAttribute");
    }

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
