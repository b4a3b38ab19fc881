using System.Diagnostics;
using System.Globalization;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>How long a process that is stopped by SIGSTOP hears of no signal.</summary>
internal enum Hang
{
    /// <summary>It hears them all.</summary>
    No,

    /// <summary>It goes on when SIGTERM has come.</summary>
    UntilTerminated,

    /// <summary>Only SIGKILL ends it.</summary>
    ForEver,
}

/// <summary>A step's script in bash, ended as the runner does when the job is cancelled: signals to this one process only.</summary>
internal static class StepProcess
{
    private static readonly TimeSpan FromInterruptToTerminate = TimeSpan.FromMilliseconds(7500);
    private static readonly TimeSpan FromTerminateToKill = TimeSpan.FromMilliseconds(2500);

    /// <summary>Whoever started the tests may have signals ignored, and so would the step have.</summary>
    private static readonly string[] AsByDefault = ["--default-signal=INT,TERM"];
    private static readonly string[] Shell = ["--noprofile", "--norc", "-e", "-o", "pipefail"];
    private static readonly string[] OfThisProcessOnly = ["INPUT_", "AWS_", "GITHUB_", "RUNNER_", "ACTIONS_", "ESDB_"];

    /// <summary>Runs it to its end.</summary>
    /// <param name="scriptPath">The script.</param>
    /// <param name="workspace">Where it runs.</param>
    /// <param name="environment">Its variables, over what a machine has anyway.</param>
    /// <param name="log">Gets its output.</param>
    /// <param name="hang">Whether it hangs when the job is cancelled.</param>
    /// <param name="cancelled">The job is cancelled.</param>
    /// <returns>Exit code, and the signal that it ended after when the job was cancelled.</returns>
    public static async Task<(int ExitCode, string? EndedBy)> RunAsync(
        string scriptPath, string workspace, IReadOnlyDictionary<string, string> environment, JobLog log, Hang hang, CancellationToken cancelled)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo("/usr/bin/env", [.. AsByDefault, "/bin/bash", .. Shell, scriptPath]) };
        process.StartInfo.RedirectStandardOutput = true;
        process.StartInfo.RedirectStandardError = true;
        process.StartInfo.WorkingDirectory = workspace;
        Pass(environment, process.StartInfo.Environment);
        process.OutputDataReceived += (_, line) => Take(line.Data, log);
        process.ErrorDataReceived += (_, line) => Take(line.Data, log);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        var ended = process.WaitForExitAsync(CancellationToken.None);
        await Task.WhenAny(ended, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled));
        var endedBy = ended.IsCompleted ? null : await EndAsync(process, hang, ended);
        await ended;
        return (process.ExitCode, endedBy);
    }

    private static async Task<string> EndAsync(Process process, Hang hang, Task ended)
    {
        if (hang != Hang.No)
        {
            Signal(process, "STOP");
        }

        foreach (var (signal, patience) in new[] { ("INT", FromInterruptToTerminate), ("TERM", FromTerminateToKill) })
        {
            Signal(process, signal);
            if (signal == "TERM" && hang == Hang.UntilTerminated)
            {
                Signal(process, "CONT");
            }

            if (await Task.WhenAny(ended, Task.Delay(patience * MachinePace.Slowness, TimeProvider.System)) == ended)
            {
                return signal;
            }
        }

        process.Kill();
        await ended;
        return "KILL";
    }

    private static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("/bin/kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static void Pass(IReadOnlyDictionary<string, string> environment, IDictionary<string, string?> passed)
    {
        foreach (var name in passed.Keys.Where(name => OfThisProcessOnly.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))).ToList())
        {
            passed.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            passed[name] = value;
        }
    }

    private static void Take(string? line, JobLog log)
    {
        if (line is not null)
        {
            log.Write(line);
        }
    }
}
