using System.Runtime.InteropServices;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>One roll to look at: the cluster, the program's own lines, the report.</summary>
internal static class Demonstration
{
    public static async Task<int> RunAsync(Arguments arguments, TextWriter output)
    {
        await using var sandbox = await Sandbox.StartAsync(arguments.Options);
        await WriteClusterAsync(sandbox, output);
        var result = await RollAsync(sandbox, arguments.Program, output);
        await output.WriteLineAsync();
        await output.WriteLineAsync(sandbox.Report().ToString());
        await output.WriteLineAsync($"exit code            {result.ExitCode}");
        return result.ExitCode == 0 && sandbox.Referee.BrokenRules.Count == 0 ? 0 : 1;
    }

    private static async Task<ProgramResult> RollAsync(Sandbox sandbox, string? path, TextWriter output)
    {
        using var program = new ProgramUnderTest(sandbox.ProgramEnvironment, path, output.WriteLine);
        // The terminal sends Ctrl-C to the program too; whoever ends the sandbox alone ends the program with it. The report comes either way.
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            program.Signal("TERM");
        });
        return await sandbox.RunAsync(program);
    }

    private static async Task WriteClusterAsync(Sandbox sandbox, TextWriter output)
    {
        await output.WriteLineAsync($"{"node",-20} {"role",-16} {"instance",-20} {"type",-10} address");
        foreach (var (instance, url) in sandbox.Ec2.Truth.Zip(sandbox.NodeUrls))
        {
            var role = sandbox.Cluster.Truth(instance.Node)?.State ?? VNodeState.Unknown;
            await output.WriteLineAsync($"{instance.Node,-20} {role,-16} {instance.Id,-20} {instance.Type,-10} {url.Authority}");
        }

        await output.WriteLineAsync();
    }
}
