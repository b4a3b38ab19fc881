using System.Net;
using System.Text.Json;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>The requests that auto-scavenge takes, and what its answers mean (KurrentDB's AutoScavengePlugin).</summary>
/// <param name="http">The connection to the nodes.</param>
internal sealed class HttpAutoScavenge(NodeHttpClient http) : IAutoScavenge
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public Task<AutoScavenge> AutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var request = Request(node, "status", "tell how it stands with auto-scavenge");
        return AskAsync(request, body => Read(body.Body), cancellationToken);
    }

    public Task<AutoScavenge> PauseAutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var request = Request(node, "pause", "pause auto-scavenge") with { Method = HttpMethod.Post };
        return AskAsync(request, Paused, cancellationToken);
    }

    public Task<AutoScavenge> ResumeAutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var request = Request(node, "resume", "resume auto-scavenge") with { Method = HttpMethod.Post };
        return AskAsync(request, _ => new AutoScavenge(AutoScavengeState.Running), cancellationToken);
    }

    /// <summary>What the body of an answer to <c>GET /auto-scavenge/status</c> says.</summary>
    internal static AutoScavenge Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return StateOf(document.RootElement.Text("state")) is { } state
                ? new AutoScavenge(state)
                : Unknown("shows a state of auto-scavenge that is not known");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return Unknown("shows a state of auto-scavenge that cannot be read");
        }
    }

    private static NodeRequest Request(NodeEndpoint node, string what, string refused) =>
        new(node, $"/auto-scavenge/{what}") { Refused = refused, Timeout = Timeout };

    private async Task<AutoScavenge> AskAsync(
        NodeRequest request, Func<NodeAnswer, AutoScavenge> read, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.SendAsync(request, cancellationToken);
            return answer.Status switch
            {
                HttpStatusCode.OK or HttpStatusCode.Accepted => Of(request, read(answer)),
                HttpStatusCode.NotFound => new AutoScavenge(AutoScavengeState.Absent, "the servers have none, or it is switched off"),
                HttpStatusCode.ServiceUnavailable when IsNotEnabled(answer) =>
                    new AutoScavenge(AutoScavengeState.Absent, "it is not enabled: the servers have no licence for it"),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                    new AutoScavenge(AutoScavengeState.Denied, Sentence.Clause(http.Denied(request, answer.Status).Message)),
                _ => Of(request, Unknown($"answered HTTP {(int)answer.Status}")),
            };
        }
        catch (NodeUnreachableException exception)
        {
            return Of(request, Unknown(exception.What));
        }
    }

    /// <summary>Without a licence it switches itself off, and says so; a server that is busy or ends says the same status only.</summary>
    private static bool IsNotEnabled(NodeAnswer answer) => answer.Body.AsSpan().IndexOf("is not enabled"u8) >= 0;

    private static AutoScavenge Paused(NodeAnswer answer) =>
        new(answer.Status is HttpStatusCode.OK ? AutoScavengeState.Paused : AutoScavengeState.Pausing);

    private static AutoScavenge Unknown(string what) => new(AutoScavengeState.Unknown, what);

    /// <summary>The problem begins with who has it.</summary>
    private static AutoScavenge Of(NodeRequest request, AutoScavenge answer) => answer.Problem is { } what
        ? answer with { Problem = Sentence.Clause(Sentence.Of(request.Node.ToString(), what)) }
        : answer;

    private static AutoScavengeState? StateOf(string? state) => state switch
    {
        "NotConfigured" => AutoScavengeState.NotConfigured,
        "Waiting" or "InProgress" => AutoScavengeState.Running,
        "Pausing" => AutoScavengeState.Pausing,
        "Paused" => AutoScavengeState.Paused,
        _ => null,
    };
}
