using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction;

/// <summary>Names a process so that another one on the same machine can tell whether it still lives, and one elsewhere cannot think so.</summary>
/// <param name="Host">For people.</param>
/// <param name="Id">Process id.</param>
/// <param name="StartedAt">Seconds since 1970: an id is used again.</param>
/// <param name="Machine">Tells machines, their boots, and what containers number their processes apart.</param>
internal sealed record RunningProcess(string Host, int Id, long StartedAt, string Machine)
{
    private const int ClockTolerance = 2;

    public static RunningProcess ThisOne()
    {
        using var process = Process.GetCurrentProcess();
        return new RunningProcess(NodeMark.Allowed(Environment.MachineName.Replace(':', '_')), process.Id, Start(process), ThisMachine());
    }

    /// <summary>Null for a text that names no process.</summary>
    public static RunningProcess? Parse(string text) =>
        text.Split(':') is [var host, var id, var start, var machine]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var startedAt)
            ? new RunningProcess(host, number, startedAt, machine)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Id}:{StartedAt}:{Machine}");

    /// <summary>Whether it lives; null when it ran on another machine.</summary>
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
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static long Start(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();

    private static string ThisMachine()
    {
        var boot = Read("/proc/sys/kernel/random/boot_id");
        var numbering = File.Exists("/proc/self/ns/pid") ? new FileInfo("/proc/self/ns/pid").LinkTarget : "";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName} {boot} {numbering}")))[..8];
    }

    private static string Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
