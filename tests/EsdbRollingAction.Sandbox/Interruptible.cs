using System.Diagnostics;

namespace EsdbRollingAction.Sandbox;

/// <summary>
/// Starts what is to be interrupted. A shell lets its background jobs ignore SIGINT, and whatever they start ignores it too:
/// tests that run in the background would interrupt nothing.
/// </summary>
public static class Interruptible
{
    /// <summary>How to start it, with its output redirected.</summary>
    public static ProcessStartInfo StartInfo(string program, params IReadOnlyList<string> arguments)
    {
        var info = OperatingSystem.IsLinux()
            ? new ProcessStartInfo("env", ["--default-signal=INT", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        return info;
    }
}
