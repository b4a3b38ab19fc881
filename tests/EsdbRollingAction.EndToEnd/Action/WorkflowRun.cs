using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>A workflow run that rolls a sandbox's cluster with the action as it is released.</summary>
internal sealed class WorkflowRun : IAsyncDisposable
{
    public const string StateFile = "esdb-rolling-update-state.json";

    private readonly List<ActionResult> uses = [];

    public required Rolling Rolling { get; init; }

    public Runner Runner { get; } = new Runner().WithProgram();

    /// <summary>The state in the workspace of the last attempt, or null.</summary>
    public JsonNode? State => File.Exists(StatePath) ? JsonNode.Parse(File.ReadAllText(StatePath)) : null;

    /// <summary>The phases that nodes are in now, according to it.</summary>
    public IEnumerable<string> CurrentPhases => Nodes.Select(node => (string)node!["NodeUpdateStatusDetail"]!);

    /// <summary>Every phase that a node has come to: one that lasts only a moment is not missed here.</summary>
    public IEnumerable<string> PhasesSoFar => Nodes.SelectMany(node => node!["Phases"]?.AsArray() ?? []).Select(span => (string)span!["Phase"]!);

    private JsonArray Nodes => State?["EventStoreNodeUpdates"]?.AsArray() ?? [];

    private string StatePath => Path.Combine(Runner.Workspace, StateFile);

    /// <summary>JSON without its white space.</summary>
    public static string Json(string text) => JsonNode.Parse(text)!.ToJsonString();

    public static async Task<WorkflowRun> StartAsync(SandboxOptions? options = null) => new() { Rolling = await Rolling.StartAsync(options) };

    /// <summary>Runs the job, or runs it again with the state that the newest artifact holds.</summary>
    /// <param name="with">Inputs beyond those that every job gives.</param>
    public Task<ActionResult> RunJobAsync(params (string Name, string Value)[] with) => AttemptAsync(with, CancellationToken.None);

    /// <summary>A job of the same attempt that needs the one before: it finds the state in its workspace.</summary>
    public Task<ActionResult> RunNextJobAsync(params (string Name, string Value)[] with) => UseActionAsync(with, CancellationToken.None);

    /// <summary>Runs the job and cancels it once that holds.</summary>
    public async Task<ActionResult> RunJobAndCancelAsync(Func<WorkflowRun, bool> when)
    {
        using var cancellation = new CancellationTokenSource();
        var job = AttemptAsync([], cancellation.Token);
        while (!job.IsCompleted && !when(this))
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await cancellation.CancelAsync();
        return await job;
    }

    /// <summary>Every node has the target type and is level, nothing is left behind, no rule was broken.</summary>
    public void AssertRolled(ActionResult result)
    {
        Require.That(result.Conclusion == "success", result);
        Assert.Equal(("Success", "", "4", "false"), (
            result.Outputs["cluster-update-status"], result.Outputs["failure-reason"], result.Outputs["nodes-updated"], result.Outputs["resumable"]));
        Assert.Equal(Rolling.Sandbox.Cluster.NodeNames.Count, Rolling.Sandbox.Report().NodesUpdated);
        Rolling.Sandbox.Referee.Finish();
        Require.That(Rolling.Sandbox.Referee.BrokenRules.Count == 0, result, Require.Few(Rolling.Sandbox.Referee.BrokenRules));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            Secrets.AssertNoneIn(
                Secrets.In(Runner.Environment.Append(new("INPUT_CONNECTION_STRING", Rolling.Sandbox.ConnectionString))),
                [.. uses.Select(use => ("the log", use.ToString())), .. Runner.Artifacts.Contents.Select(artifact => (artifact.Key, artifact.Value))],
                Runner.Workspace,
                Runner.Temp);
        }
        finally
        {
            Runner.Dispose();
            await Rolling.DisposeAsync();
        }
    }

    private async Task<ActionResult> AttemptAsync((string Name, string Value)[] with, CancellationToken cancelled)
    {
        foreach (var (name, value) in Rolling.Sandbox.ProgramEnvironment.Where(variable => variable.Key.StartsWith("AWS_", StringComparison.Ordinal)))
        {
            Runner.Environment.TryAdd(name, value);
        }

        Runner.BeginAttempt();
        if (Runner.Artifacts.Contents.Values.LastOrDefault() is { } saved)
        {
            await File.WriteAllTextAsync(StatePath, saved, CancellationToken.None);
        }

        return await UseActionAsync(with, cancelled);
    }

    private async Task<ActionResult> UseActionAsync((string Name, string Value)[] with, CancellationToken cancelled)
    {
        var inputs = with.ToDictionary(input => input.Name, input => input.Value);
        inputs.TryAdd("connection-string", Rolling.Sandbox.ConnectionString);
        inputs.TryAdd("target-instance-type", "t2.xlarge");
        inputs.TryAdd("cluster-name", "orders");
        var use = await Runner.UseActionAsync(inputs, cancelled);
        uses.Add(use);
        return use;
    }
}
