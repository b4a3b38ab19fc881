using System.Globalization;
using System.Text;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>
/// One use of a composite action, as the runner handles it: no <c>INPUT_</c> variables, a file for each command of every step, and
/// after a failure or a cancellation only the steps whose condition asks for it.
/// </summary>
internal sealed class CompositeAction(Runner runner, ActionFile action, IReadOnlyDictionary<string, string> with, CancellationToken cancelled)
{
    private static readonly string[] Commands = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"];

    private readonly Dictionary<string, StepResult> results = new(StringComparer.Ordinal);
    private readonly JobLog log = new();
    private readonly StringBuilder summary = new();
    private string conclusion = "success";

    public async Task<ActionResult> RunAsync()
    {
        Assert.Empty(with.Keys.Except(action.Inputs.Keys));
        for (var number = 0; number < action.Runs.Steps.Count; number++)
        {
            var step = action.Runs.Steps[number];
            var result = IsWanted(step) ? await RunAsync(step, number) : StepResult.Skipped;
            if (step.Id is { } id)
            {
                results[id] = result;
            }

            if (result.Outcome is "failure" or "cancelled" && !step.ContinueOnError && conclusion == "success")
            {
                conclusion = result.Outcome;
            }
        }

        var outputs = action.Outputs.ToDictionary(output => output.Key, output => Expand(output.Value.Value));
        return new ActionResult(conclusion, outputs, results, log)
        {
            Summary = summary.ToString(),
        };
    }

    private bool IsWanted(ActionStep step) => step.If is { } condition ? Expression.Holds(condition, Context) : conclusion == "success";

    /// <summary>Whatever a step is called, its log group is named after the first line of its script, which is echoed there.</summary>
    private async Task<StepResult> RunAsync(ActionStep step, int number)
    {
        var script = (step.Uses ?? Expand(step.Run!)).TrimEnd().Split('\n');
        log.Write($"##[group]Run {script[0]}");
        foreach (var line in script)
        {
            log.Write(line);
        }

        log.Write("##[endgroup]");
        var result = step.Uses is null ? await RunScriptAsync(step, number) : Upload(step);
        summary.Append(result.Summary);
        return result;
    }

    private async Task<StepResult> RunScriptAsync(ActionStep step, int number)
    {
        Assert.Equal("bash", step.Shell);
        var environment = runner.StepEnvironment();
        foreach (var (name, value) in step.Env)
        {
            environment[name] = Expand(value);
        }

        foreach (var command in Commands)
        {
            environment[command] = FileOf(command, number);
            await File.WriteAllTextAsync(environment[command], "", CancellationToken.None);
        }

        var script = FileOf("script.sh", number);
        await File.WriteAllTextAsync(script, Expand(step.Run!), CancellationToken.None);

        // A step that begins after the cancellation is one that is wanted all the same.
        var (exitCode, endedBy) = await StepProcess.RunAsync(
            script, runner.Workspace, environment, log, runner.Hang, cancelled.IsCancellationRequested ? CancellationToken.None : cancelled);
        var outcome = endedBy is not null ? "cancelled" : exitCode == 0 ? "success" : "failure";
        log.Write(exitCode == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"##[error]Process completed with exit code {exitCode}."));
        var written = await File.ReadAllTextAsync(environment["GITHUB_STEP_SUMMARY"], CancellationToken.None);
        return new StepResult(outcome, CommandFile.Read(environment["GITHUB_OUTPUT"]), exitCode, written, endedBy);
    }

    private StepResult Upload(ActionStep step)
    {
        Assert.StartsWith("actions/upload-artifact@", step.Uses, StringComparison.Ordinal);
        var inputs = step.With.ToDictionary(input => input.Key, input => Expand(input.Value));
        var (error, id) = runner.Artifacts.Upload(inputs, runner.Workspace);
        log.Write(error is null ? "" : $"##[error]{error}");
        return new StepResult(error is null ? "success" : "failure", UploadOutputs(id));
    }

    /// <summary>Without a file nothing is uploaded, and the step succeeds all the same.</summary>
    private static Dictionary<string, string> UploadOutputs(int? id) => id is { } number
        ? new Dictionary<string, string>
        {
            ["artifact-id"] = number.ToString(CultureInfo.InvariantCulture),
            ["artifact-url"] = string.Create(CultureInfo.InvariantCulture, $"{ArtifactStore.Url}/{number}"),
        }
        : [];

    private string Expand(string text) => Expression.Expand(text, Context);

    private string Context(string name) => name.Split('.') switch
    {
        ["inputs", var input] => with.TryGetValue(input, out var value) ? value : Expand(action.Inputs[input].Default),
        ["steps", var id, "outputs", var output] => ResultOf(id).Outputs.GetValueOrDefault(output, ""),
        ["steps", var id, "outcome"] => ResultOf(id).Outcome,
        ["github", "api_url"] => runner.ApiUrl,
        ["github", "action_repository"] => "org/esdb-rolling-update",
        ["github", "action_ref"] => "v1",

        // None: there is no GitHub here that could be asked for anything.
        ["github", "token"] => "",
        _ => throw new NotSupportedException($"There is no '{name}' here."),
    };

    private StepResult ResultOf(string id) =>
        results.TryGetValue(id, out var result) ? result : throw new NotSupportedException($"No step before has the id '{id}'.");

    private string FileOf(string name, int step) => Path.Combine(runner.Temp, string.Create(CultureInfo.InvariantCulture, $"{name}_{step}_{Guid.NewGuid():N}"));
}
