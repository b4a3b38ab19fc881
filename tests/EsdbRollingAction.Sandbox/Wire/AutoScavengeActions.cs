using System.Net;
using System.Text.Json;
using EsdbRollingAction.Sandbox.Model;
using WireMock;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>
/// What a node answers to requests about auto-scavenge: the leader itself, and any other for it, which tells less
/// (KurrentDB's AutoScavengePlugin and ProxyAutoScavengeClient).
/// </summary>
internal sealed class AutoScavengeActions(Cluster cluster, string node)
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web);

    public ResponseMessage Status() => Answer(_ => Answers.Json(JsonSerializer.Serialize(
        new { State = $"{cluster.AutoScavenge}", Schedule = Schedule, TimeUntilNextCycle = Schedule is null ? null : "1.13:14:32.6299115" }, Layout)));

    public ResponseMessage Pause() => Answer(leads => cluster.PauseAutoScavenge() && leads ? Done() : Answers.Empty(HttpStatusCode.Accepted));

    public ResponseMessage Resume() => Answer(leads => (cluster.ResumeAutoScavenge(), leads) switch
    {
        (false, _) => Answers.Json(HttpStatusCode.BadRequest, "\"Auto scavenge process is currently pausing\""),
        (_, true) => Done(),
        _ => Answers.Empty(HttpStatusCode.Accepted),
    });

    private string? Schedule => cluster.AutoScavenge is AutoScavengeState.NotConfigured ? null : "0 6 * * 6";

    private ResponseMessage Answer(Func<bool, ResponseMessage> answer) => (cluster.KnowsAutoScavenge(node), cluster.AutoScavenge, cluster.Leader) switch
    {
        (false, _, _) => Answers.Empty(HttpStatusCode.NotFound),
        (_, null, _) => Problem(HttpStatusCode.ServiceUnavailable, "AutoScavenge is not enabled"),
        (_, _, null) => Problem(HttpStatusCode.InternalServerError, "No leader node was found in the cluster"),
        (_, _, { } leader) when !cluster.KnowsAutoScavenge(leader) =>
            Answers.Json(HttpStatusCode.BadRequest, "\"Response status code does not indicate success: 404 (Not Found).\""),
        (_, _, { } leader) => answer(leader == node),
    };

    private static ResponseMessage Done() => Answers.Json("{}");

    private static ResponseMessage Problem(HttpStatusCode status, string detail) => Answers.Text(
        status, JsonSerializer.Serialize(new { Status = (int)status, Detail = detail }, Layout), "application/problem+json");
}
