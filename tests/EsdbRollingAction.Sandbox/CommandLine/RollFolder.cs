using System.Text.Json;
using EsdbRollingAction.Sandbox.Resuming;

namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>Where state, job summary and cluster stay when the command of a roll has ended, and where the next one finds them.</summary>
internal sealed class RollFolder : IDisposable
{
    private const int MostAtOnce = 50;
    private readonly FileStream inUse;

    private RollFolder(string path, FileStream inUse)
    {
        this.inUse = inUse;
        Folder = path;
    }

    /// <summary>The folder when none is named. Each user has one.</summary>
    public static string Usual { get; } = Path.Combine(Path.GetTempPath(), $"esdb-rolling-update-sandbox-{Environment.UserName}");

    /// <summary>Its path.</summary>
    public string Folder { get; }

    /// <summary>The program's state.</summary>
    public string StateFile => Path.Combine(Folder, "sandbox-state.json");

    /// <summary>The program's job summary.</summary>
    public string SummaryFile => Path.Combine(Folder, "sandbox-summary.md");

    private string ClusterFile => Path.Combine(Folder, "sandbox-cluster.json");

    /// <summary>Opens the folder and keeps other commands out of it.</summary>
    /// <param name="path">The folder that is named, or null. Commands that name none and run at the same time get one each.</param>
    /// <param name="resumes">Whether there must be something to resume in it.</param>
    /// <exception cref="UsageException">Another command uses it, it cannot be written, or there is nothing to resume.</exception>
    public static RollFolder Open(string? path, bool resumes)
    {
        if (path is null && !resumes)
        {
            return Unused();
        }

        var folder = Path.GetFullPath(path ?? Usual);
        if (resumes && !Directory.Exists(folder))
        {
            throw NothingToResume(folder);
        }

        return TryOpen(folder)
            ?? throw new UsageException($"Another sandbox command uses {folder}. Wait until it has ended, or name another --folder.");
    }

    /// <summary>The cluster that the last command left.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public LeftCluster ReadCluster()
    {
        if (!File.Exists(ClusterFile))
        {
            throw NothingToResume(Folder);
        }

        try
        {
            var left = JsonSerializer.Deserialize(File.ReadAllText(ClusterFile), LeftClusterJson.Default.LeftCluster);
            return left is { CanLead: true } ? left : throw Unusable("a majority of its voters with its leader does not run");
        }
        catch (JsonException invalid)
        {
            throw Unusable(invalid.Message);
        }
    }

    /// <summary>Only a state tells what the nodes were before.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public void RequireState()
    {
        if (!File.Exists(StateFile))
        {
            throw new UsageException(
                $"There is nothing to roll back: no roll has left its state at {StateFile}. Roll without --mode rollback first.");
        }
    }

    /// <summary>A roll begins. What it will leave is not yet there, and what was there is not of this one.</summary>
    /// <param name="resumes">Whether the state is carried on.</param>
    public void Begin(bool resumes)
    {
        File.Delete(SummaryFile);
        File.Delete(ClusterFile);
        if (!resumes)
        {
            File.Delete(StateFile);
        }
    }

    /// <summary>Keeps the cluster for the next command.</summary>
    public void Keep(LeftCluster left) =>
        File.WriteAllText(ClusterFile, JsonSerializer.Serialize(left, LeftClusterJson.Default.LeftCluster));

    /// <summary>Lets other commands in.</summary>
    public void Dispose() => inUse.Dispose();

    private static RollFolder Unused() =>
        Enumerable.Range(1, MostAtOnce)
            .Select(number => TryOpen(number == 1 ? Usual : $"{Usual}-{number}"))
            .FirstOrDefault(folder => folder is not null)
        ?? throw new UsageException($"{MostAtOnce} sandbox commands run at the same time. Name a --folder for this one.");

    /// <summary>Null when another command uses it.</summary>
    private static RollFolder? TryOpen(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, exception);
        }

        try
        {
            var inUse = Path.Combine(folder, "sandbox-in-use");
            return new RollFolder(folder, new FileStream(inUse, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Unwritable(folder, exception);
        }
    }

    private static UsageException Unwritable(string folder, Exception exception) =>
        new($"The folder {folder} cannot be used: {exception.Message} Name another --folder.");

    private static UsageException NothingToResume(string folder) => new(
        $"There is nothing to resume: no sandbox command has left a cluster in {folder}. Roll without --resume and --mode rollback first.");

    private UsageException Unusable(string why) =>
        new($"The cluster in {ClusterFile} cannot be built again: {why.TrimEnd('.')}. Roll without --resume to begin anew.");
}
