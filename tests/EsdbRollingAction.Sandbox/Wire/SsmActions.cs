using System.Globalization;
using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>What can be asked of Systems Manager.</summary>
internal sealed class SsmActions(Ssm ssm)
{
    private const int LengthOfAnId = 36;

    /// <summary>The answer to a request; null when the action is not known.</summary>
    /// <exception cref="SsmException">It is refused.</exception>
    public JsonObject? Answer(SsmBody body) => body.Action switch
    {
        "DescribeDocument" => Document(body.WithOnly("Name", "DocumentVersion")),
        "DescribeInstanceInformation" => Agents(body.WithOnly("Filters", "MaxResults", "NextToken")),
        "DescribeInstancePatchStates" => Patches(body.WithOnly("InstanceIds", "MaxResults", "NextToken")),
        "SendCommand" => Send(body.WithOnly("DocumentName", "DocumentVersion", "InstanceIds", "Parameters", "Comment", "TimeoutSeconds")),
        "GetCommandInvocation" => Invocation(body.WithOnly("CommandId", "InstanceId")),
        "ListCommands" => Commands(body.WithOnly("CommandId", "InstanceId", "Filters", "MaxResults", "NextToken")),
        "ListCommandInvocations" => Invocations(body.WithOnly("CommandId", "InstanceId", "Filters", "MaxResults", "NextToken", "Details")),
        "CancelCommand" => Cancel(body.WithOnly("CommandId", "InstanceIds")),
        _ => null,
    };

    private static JsonObject Document(SsmBody body) => SsmJson.Document(Ssm.DescribeDocument(body.Required("Name"), body.Text("DocumentVersion")));

    private JsonObject Send(SsmBody body)
    {
        var request = new SsmCommandRequest(body.Required("DocumentName"), body.Texts("InstanceIds") ?? [], body.Parameters())
        {
            DocumentVersion = body.Text("DocumentVersion"),
            Comment = body.Text("Comment") ?? "",
            TimeoutSeconds = body.Number("TimeoutSeconds") ?? 3600,
        };
        return new JsonObject { ["Command"] = SsmJson.Command(ssm.SendCommand(request)) };
    }

    private JsonObject Invocation(SsmBody body) => SsmJson.Invocation(ssm.GetCommandInvocation(Id(body)!, body.Required("InstanceId")));

    private JsonObject Cancel(SsmBody body)
    {
        ssm.CancelCommand(Id(body)!, body.Texts("InstanceIds"));
        return [];
    }

    private JsonObject Commands(SsmBody body)
    {
        var (page, next) = body.Page(ssm.ListCommands(Filter(body)));
        return Paged("Commands", page.Select(SsmJson.Command), next);
    }

    private JsonObject Invocations(SsmBody body)
    {
        var (page, next) = body.Page(ssm.ListCommandInvocations(Filter(body)));
        return Paged("CommandInvocations", page.Select(invocation => SsmJson.Listed(invocation, body.Flag("Details"))), next);
    }

    private JsonObject Agents(SsmBody body)
    {
        var agents = ssm.DescribeInstanceInformation();
        foreach (var (key, values) in body.Filters("Key", "Values"))
        {
            agents = [.. agents.Where(agent => key switch
            {
                "InstanceIds" => values.Contains(agent.InstanceId),
                "PingStatus" => values.Contains(agent.IsOnline ? "Online" : "ConnectionLost"),
                _ => throw new SsmException("InvalidFilterKey", $"{key} is no filter."),
            })];
        }

        var (page, next) = body.Page(agents, least: 5);
        return Paged("InstanceInformationList", page.Select(SsmJson.Agent), next);
    }

    private JsonObject Patches(SsmBody body) => Paged(
        "InstancePatchStates",
        from id in body.Texts("InstanceIds") ?? []
        where ssm.PatchesOf(id) is not null
        select SsmJson.Patches(id, ssm.PatchesOf(id)!),
        next: null);

    private static SsmFilter Filter(SsmBody body)
    {
        var filter = new SsmFilter { CommandId = Id(body, isRequired: false), InstanceId = body.Text("InstanceId") };
        foreach (var (key, values) in body.Filters("key", "value"))
        {
            filter = key == "InvokedAfter"
                ? filter with { InvokedAfter = Instant(values[0]) }
                : throw new SsmException("InvalidFilterKey", $"{key} is no filter that the sandbox understands.");
        }

        return filter;
    }

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new SsmException("ValidationException", $"{text} is no time such as 2026-01-31T03:00:00Z.");

    private static string? Id(SsmBody body, bool isRequired = true)
    {
        var id = isRequired ? body.Required("CommandId") : body.Text("CommandId");
        return id is null or { Length: LengthOfAnId }
            ? id
            : throw new SsmException("ValidationException", $"1 validation error detected: Value '{id}' at 'commandId' must have length 36");
    }

    private static JsonObject Paged(string name, IEnumerable<JsonObject> items, string? next)
    {
        var answer = new JsonObject { [name] = SsmJson.Array(items) };
        if (next is not null)
        {
            answer["NextToken"] = next;
        }

        return answer;
    }
}
