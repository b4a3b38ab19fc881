using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>What Systems Manager answers.</summary>
internal static class SsmJson
{
    public static JsonObject Error(string code, string message) => new() { ["__type"] = code, ["message"] = message };

    public static JsonObject Document(SsmDocument document) => new()
    {
        ["Document"] = new JsonObject
        {
            ["Name"] = document.Name,
            ["Owner"] = document.Owner,
            ["DocumentVersion"] = $"{document.Version}",
            ["DefaultVersion"] = $"{document.DefaultVersion}",
            ["LatestVersion"] = $"{document.LatestVersion}",
            ["Status"] = "Active",
            ["DocumentType"] = "Command",
            ["DocumentFormat"] = "JSON",
            ["SchemaVersion"] = "2.2",
            ["PlatformTypes"] = Texts(document.Platforms),
            ["Parameters"] = Array(document.Parameters.Select(Parameter)),
        },
    };

    public static JsonObject Agent(SsmAgent agent) => new()
    {
        ["InstanceId"] = agent.InstanceId,
        ["PingStatus"] = agent.IsOnline ? "Online" : "ConnectionLost",
        ["LastPingDateTime"] = Seconds(agent.LastPing),
        ["AgentVersion"] = "3.3.2299.0",
        ["IsLatestVersion"] = true,
        ["PlatformType"] = "Linux",
        ["PlatformName"] = "Ubuntu",
        ["PlatformVersion"] = "24.04",
        ["ResourceType"] = "EC2Instance",
        ["ComputerName"] = agent.Node,
    };

    public static JsonObject Patches(string instanceId, SsmPatches patches) => new()
    {
        ["InstanceId"] = instanceId,
        ["PatchGroup"] = "",
        ["BaselineId"] = "pb-0c10e65780EXAMPLE",
        ["Operation"] = patches.Operation,
        ["RebootOption"] = "NoReboot",
        ["OperationStartTime"] = Seconds(patches.Began),
        ["OperationEndTime"] = Seconds(patches.Ended),
        ["InstalledCount"] = 100,
        ["InstalledPendingRebootCount"] = patches.PendingReboot,
        ["MissingCount"] = 0,
        ["FailedCount"] = 0,
    };

    public static JsonObject Command(SsmCommand command) => new()
    {
        ["CommandId"] = command.Id,
        ["DocumentName"] = command.Request.DocumentName,
        ["DocumentVersion"] = command.Request.DocumentVersion ?? "$DEFAULT",
        ["Comment"] = command.Request.Comment,
        ["Parameters"] = new JsonObject(command.Request.Parameters.Select(given => KeyValuePair.Create(given.Key, (JsonNode?)Texts(given.Value)))),
        ["InstanceIds"] = Texts(command.Request.InstanceIds),
        ["RequestedDateTime"] = Seconds(command.RequestedAt),
        ["TimeoutSeconds"] = command.Request.TimeoutSeconds,
        ["Status"] = command.State.Status,
        ["StatusDetails"] = command.State.Details,
        ["TargetCount"] = command.Request.InstanceIds.Count,
    };

    /// <summary>The answer to <c>GetCommandInvocation</c>: times are texts here.</summary>
    public static JsonObject Invocation(SsmInvocation invocation)
    {
        var state = invocation.State;
        return new JsonObject
        {
            ["CommandId"] = invocation.Command.Id,
            ["InstanceId"] = invocation.InstanceId,
            ["Comment"] = invocation.Command.Request.Comment,
            ["DocumentName"] = invocation.Command.Request.DocumentName,
            ["DocumentVersion"] = invocation.Command.Request.DocumentVersion ?? "$DEFAULT",
            ["PluginName"] = state.BeganAt is null ? "" : Plugin(invocation),
            ["ResponseCode"] = state.ResponseCode,
            ["ExecutionStartDateTime"] = Text(state.BeganAt),
            ["ExecutionElapsedTime"] = state is { BeganAt: { } began, EndedAt: { } ended } ? XmlConvert.ToString(ended - began) : "",
            ["ExecutionEndDateTime"] = state.BeganAt is null ? "" : Text(state.EndedAt),
            ["Status"] = state.Status,
            ["StatusDetails"] = state.Details,
            ["StandardOutputContent"] = state.Output,
            ["StandardOutputUrl"] = "",
            ["StandardErrorContent"] = state.Error,
            ["StandardErrorUrl"] = "",
        };
    }

    /// <summary>An item of <c>ListCommandInvocations</c>.</summary>
    public static JsonObject Listed(SsmInvocation invocation, bool details)
    {
        var state = invocation.State;
        return new JsonObject
        {
            ["CommandId"] = invocation.Command.Id,
            ["InstanceId"] = invocation.InstanceId,
            ["InstanceName"] = $"{invocation.Node}.ec2.internal",
            ["Comment"] = invocation.Command.Request.Comment,
            ["DocumentName"] = invocation.Command.Request.DocumentName,
            ["DocumentVersion"] = invocation.Command.Request.DocumentVersion ?? "$DEFAULT",
            ["RequestedDateTime"] = Seconds(invocation.Command.RequestedAt),
            ["Status"] = state.Status,
            ["StatusDetails"] = state.Details,
            ["TraceOutput"] = "",
            ["StandardOutputUrl"] = "",
            ["StandardErrorUrl"] = "",
            ["CommandPlugins"] = details && state.BeganAt is not null ? new JsonArray(Steps(invocation)) : new JsonArray(),
        };
    }

    public static JsonArray Array(IEnumerable<JsonObject> items) => new([.. items]);

    private static JsonObject Steps(SsmInvocation invocation)
    {
        var step = new JsonObject
        {
            ["Name"] = Plugin(invocation),
            ["Status"] = invocation.State.Status,
            ["StatusDetails"] = invocation.State.Details,
            ["ResponseCode"] = invocation.State.ResponseCode,
            ["ResponseStartDateTime"] = Seconds(invocation.State.BeganAt!.Value),
            ["Output"] = Shortened(invocation.State.Output + invocation.State.Error),
        };
        if (invocation.State.EndedAt is { } ended)
        {
            step["ResponseFinishDateTime"] = Seconds(ended);
        }

        return step;
    }

    private static string Plugin(SsmInvocation invocation) =>
        invocation.Command.Request.DocumentName == SsmDocument.Patch ? "PatchLinux" : "aws:runShellScript";

    private static string Shortened(string output) => output.Length <= 2_500 ? output : output[..2_500];

    private static JsonObject Parameter(SsmParameter parameter)
    {
        var shown = new JsonObject { ["Name"] = parameter.Name, ["Type"] = parameter.Type, ["Description"] = $"The {parameter.Name}." };
        if (parameter.Default is { } value)
        {
            shown["DefaultValue"] = value;
        }

        return shown;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)text)]);

    private static double Seconds(DateTimeOffset at) => Math.Round(at.ToUnixTimeMilliseconds() / 1000.0, 3);

    private static string Text(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";
}
