using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction;

/// <summary>Names a process so that another one on the same machine, and only there, can tell whether it still lives.</summary>
internal sealed record RunningProcess(string Host, int Id, long StartedAt, string Machine)
{
    private const int ClockTolerance = 2;
    private const string BootId = "/proc/sys/kernel/random/boot_id";
    private const string Numbering = "/proc/self/ns/pid";

    public static RunningProcess ThisOne()
    {
        using var process = Process.GetCurrentProcess();
        var host = NodeMark.Allowed(Environment.MachineName.Replace(':', '_'));
        return new RunningProcess(host, process.Id, Start(process), ThisMachine());
    }

    public static RunningProcess? Parse(string text)
    {
        if (text.Split(':') is not [var host, var id, var start, var machine])
        {
            return null;
        }

        var hasId = int.TryParse(id, NumberStyles.None, null, out var number);
        var hasStart = long.TryParse(start, NumberStyles.None, null, out var startedAt);
        return hasId && hasStart ? new RunningProcess(host, number, startedAt, machine) : null;
    }

    public override string ToString() => $"{Host}:{Id}:{StartedAt}:{Machine}";

    /// <summary>Null when it ran on another machine, or may not be looked at. An id is used again, so the start counts too.</summary>
    public bool? IsAlive()
    {
        if (Machine != ThisMachine())
        {
            return null;
        }

        try
        {
            using var process = Process.GetProcessById(Id);
            return !process.HasExited && Math.Abs(Start(process) - StartedAt) <= ClockTolerance;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    private static long Start(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();

    /// <summary>Tells machines, their boots, and what containers number their processes apart.</summary>
    private static string ThisMachine()
    {
        var boot = File.Exists(BootId) ? File.ReadAllText(BootId).Trim() : "";
        var numbering = File.Exists(Numbering) ? new FileInfo(Numbering).LinkTarget : "";
        var machine = Encoding.UTF8.GetBytes($"{Environment.MachineName} {boot} {numbering}");
        return Convert.ToHexStringLower(SHA256.HashData(machine))[..8];
    }
}
