using System.Globalization;
using System.Runtime.InteropServices;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>A self-hosted runner that runs one job of a workflow run, again and again, each attempt in a fresh workspace.</summary>
internal sealed class Runner : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("esdb-runner-").FullName;

    public Runner()
    {
        ActionFolder = Directory.CreateDirectory(Path.Combine(folder, "_actions", "esdb-rolling-update", "v1")).FullName;
        File.Copy(ActionFile.OriginalPath, Path.Combine(ActionFolder, "action.yml"));
        var scripts = Directory.CreateDirectory(Path.Combine(ActionFolder, ".github", "action")).FullName;
        foreach (var script in Directory.EnumerateFiles(ActionFile.ScriptsPath))
        {
            File.Copy(script, Path.Combine(scripts, Path.GetFileName(script)));
        }
    }

    /// <summary>Where the action was downloaded to.</summary>
    public string ActionFolder { get; init; }

    public ArtifactStore Artifacts { get; } = new();

    /// <summary>The job's own <c>env:</c>; it may say what kind of runner this is too.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether what a step runs hangs when the job is cancelled.</summary>
    public Hang Hang { get; set; }

    public string ApiUrl { get; init; } = "https://api.github.com";

    /// <summary>Every process of the running attempt has it in its environment: by it the runner finds those that a job left behind.</summary>
    public string TrackingId { get; } = $"github_{Guid.NewGuid()}";

    public int Attempt { get; private set; }

    public string Workspace => Path.Combine(folder, "_work", Attempt.ToString(CultureInfo.InvariantCulture));

    public string Temp => Path.Combine(folder, "_temp", Attempt.ToString(CultureInfo.InvariantCulture));

    /// <summary>Begins the next attempt: an empty workspace.</summary>
    public void BeginAttempt()
    {
        Attempt++;
        Directory.CreateDirectory(Workspace);
        Directory.CreateDirectory(Temp);
    }

    /// <summary>Uses the action in the attempt that has begun, or in a first one.</summary>
    /// <param name="with">Inputs.</param>
    /// <param name="cancelled">The job is cancelled.</param>
    public async Task<ActionResult> UseActionAsync(IReadOnlyDictionary<string, string> with, CancellationToken cancelled = default)
    {
        if (Attempt == 0)
        {
            BeginAttempt();
        }

        return await new CompositeAction(this, ActionFile.Read(Path.Combine(ActionFolder, "action.yml")), with, cancelled).RunAsync();
    }

    /// <summary>What every step of the attempt has in its environment.</summary>
    public Dictionary<string, string> StepEnvironment()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CI"] = "true",
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_ACTION_PATH"] = ActionFolder,
            ["GITHUB_ACTION_REF"] = "",
            ["GITHUB_ACTION_REPOSITORY"] = "",
            ["GITHUB_API_URL"] = ApiUrl,
            ["GITHUB_REPOSITORY"] = "org/clusters",
            ["GITHUB_RUN_ATTEMPT"] = Attempt.ToString(CultureInfo.InvariantCulture),
            ["GITHUB_RUN_ID"] = "1658821493",
            ["GITHUB_SERVER_URL"] = "https://github.com",
            ["GITHUB_SHA"] = "ffac537e6cbbf934b08745a378932722df287a53",
            ["GITHUB_WORKFLOW_REF"] = "org/clusters/.github/workflows/roll.yml@refs/heads/main",
            ["GITHUB_WORKSPACE"] = Workspace,
            ["RUNNER_ARCH"] = RuntimeInformation.ProcessArchitecture.ToString().ToUpperInvariant(),
            ["RUNNER_OS"] = "Linux",
            ["RUNNER_TEMP"] = Temp,
            ["RUNNER_TRACKING_ID"] = TrackingId,
        };
        foreach (var (name, value) in Environment)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>Processes that the job left behind, by their command lines.</summary>
    public IEnumerable<string> Orphans()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            if (ReadOf(process, "environ").Contains($"RUNNER_TRACKING_ID={TrackingId}", StringComparison.Ordinal))
            {
                yield return ReadOf(process, "cmdline").Replace('\0', ' ');
            }
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string ReadOf(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or belongs to someone else.
            return "";
        }
    }
}
