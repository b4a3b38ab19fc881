using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace EsdbRollingAction.Sandbox;

/// <summary>How a run of the program ended.</summary>
/// <param name="ExitCode">Exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
/// <param name="Duration">Real time.</param>
public sealed record ProgramResult(int ExitCode, string Output, string Error, TimeSpan Duration);

/// <summary>The real program as a child process.</summary>
/// <param name="environment">Its inputs; variables named <c>INPUT_…</c> and <c>AWS_…</c> of this process are not passed on.</param>
/// <param name="path">The executable, or a .dll to be run by <c>dotnet</c>; by default <see cref="DefaultPath"/>.</param>
/// <param name="onLine">Gets every line as it comes.</param>
public sealed class ProgramUnderTest(IReadOnlyDictionary<string, string> environment, string? path = null, Action<string>? onLine = null) : IDisposable
{
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> error = new();
    private readonly Process process = new();
    private long startedAt;

    /// <summary>Where the program is when nothing else is said: <c>ESDB_ROLLING_UPDATE</c>, or in the folder <c>program</c> beside the sandbox.</summary>
    public static string DefaultPath { get; } =
        Environment.GetEnvironmentVariable("ESDB_ROLLING_UPDATE") ?? Path.Combine(AppContext.BaseDirectory, "program", "esdb-rolling-update.dll");

    /// <summary>Whether it was killed before it had ended.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>What takes the command that runs the program as its last arguments, and becomes it.</summary>
    public IReadOnlyList<string> Through { get; init; } = [];

    /// <summary>Lines of standard output so far.</summary>
    public IReadOnlyList<string> Output => [.. output];

    /// <summary>Lines of standard error so far.</summary>
    public IReadOnlyList<string> Error => [.. error];

    /// <summary>Starts the program and waits for its end.</summary>
    public async Task<ProgramResult> RunAsync(CancellationToken cancellationToken = default)
    {
        Start();
        return await WaitAsync(cancellationToken);
    }

    /// <summary>Starts the program.</summary>
    public void Start()
    {
        var program = path ?? DefaultPath;
        string[] command = program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program] : [program];
        string[] started = [.. Through, .. command];
        process.StartInfo = new ProcessStartInfo(started[0], started[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        PassEnvironment(process.StartInfo.Environment);
        process.OutputDataReceived += (_, line) => Take(line.Data, output);
        process.ErrorDataReceived += (_, line) => Take(line.Data, error);
        process.Start();
        startedAt = TimeProvider.System.GetTimestamp();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Waits for the end. When cancelled, the program is killed.</summary>
    public async Task<ProgramResult> WaitAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw;
        }

        return new ProgramResult(
            process.ExitCode,
            string.Join(Environment.NewLine, output),
            string.Join(Environment.NewLine, error),
            TimeProvider.System.GetElapsedTime(startedAt));
    }

    /// <summary>Starts the program and kills it without warning after a while, unless it has ended before.</summary>
    public async Task<ProgramResult> KillAfter(TimeSpan delay, CancellationToken cancellationToken = default)
    {
        Start();
        await Task.WhenAny(process.WaitForExitAsync(cancellationToken), Task.Delay(delay, TimeProvider.System, cancellationToken));
        Kill();
        return await WaitAsync(cancellationToken);
    }

    /// <summary>Sends a signal, such as <c>INT</c> or <c>TERM</c>.</summary>
    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Kills the program without warning.</summary>
    public void Kill()
    {
        if (!process.HasExited)
        {
            WasKilled = true;
            process.Kill();
        }
    }

    /// <summary>Kills the program when it still runs.</summary>
    public void Dispose()
    {
        if (startedAt != 0)
        {
            Kill();
        }

        process.Dispose();
    }

    private void PassEnvironment(IDictionary<string, string?> passed)
    {
        foreach (var inherited in passed.Keys.Where(IsInput).ToList())
        {
            passed.Remove(inherited);
        }

        foreach (var (name, value) in environment)
        {
            passed[name] = value;
        }
    }

    private static bool IsInput(string name) =>
        new[] { "INPUT_", "AWS_", "GITHUB_" }.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private void Take(string? line, ConcurrentQueue<string> lines)
    {
        if (line is null)
        {
            return;
        }

        lines.Enqueue(line);
        onLine?.Invoke(line);
    }
}
