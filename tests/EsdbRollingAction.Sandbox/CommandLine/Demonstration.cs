using System.Runtime.InteropServices;
using EsdbRollingAction.Sandbox.Resuming;
using EsdbRollingAction.Sandbox.Wire;

namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>One roll to look at: the cluster, the program's own lines, the report, and where everything is.</summary>
/// <param name="arguments">The command line.</param>
/// <param name="folder">Where what outlives the command is.</param>
/// <param name="output">Who looks at it.</param>
internal sealed class Demonstration(Arguments arguments, RollFolder folder, TextWriter output)
{
    private const int InvalidInput = 2;

    /// <summary>The exit code of the command.</summary>
    /// <exception cref="UsageException">There is nothing to resume, or it cannot be built again.</exception>
    public async Task<int> RunAsync()
    {
        var options = Options();
        await WriteAsync(Announcement.Of(options, arguments.Resumes));
        RequireEndpoints(options);
        await using var sandbox = await Sandbox.StartAsync(options);
        folder.Begin(arguments.Resumes);
        await WriteAsync(ClusterTable.Of(sandbox));

        using var program = new ProgramUnderTest(Environment(sandbox), arguments.Program, output.WriteLine);
        var result = await RollAsync(sandbox, program);
        folder.Keep(sandbox.Left());

        await output.WriteLineAsync();
        await output.WriteLineAsync(sandbox.Report().ToString());
        await output.WriteLineAsync($"exit code            {result.ExitCode}");
        if (arguments.KillAfter is { } delay)
        {
            await output.WriteLineAsync();
            await output.WriteLineAsync(KillReport.Of(sandbox, delay, program.WasKilled));
        }

        await WritePlacesAsync(result.ExitCode);
        return (program.WasKilled, result.ExitCode) switch
        {
            _ when sandbox.Referee.BrokenRules.Count > 0 => 1,
            (true, _) or (_, 0) => 0,
            (_, InvalidInput) => InvalidInput,
            _ => 1,
        };
    }

    /// <summary>A roll back has every node's original type for its target, or its version, or the command that undoes the other.</summary>
    private SandboxOptions Options()
    {
        if (arguments.IsRollback)
        {
            folder.RequireState();
        }

        var options = arguments.Resumes ? folder.ReadCluster().Over(arguments.Options) : arguments.Options;
        if (options.Upgrade is { } upgrade)
        {
            options = options with { Upgrade = upgrade with { RollbackVersion = options.ServerVersion } };
        }

        return arguments.IsRollback ? options with
        {
            TargetInstanceType = options.InstanceType,
            Command = options.Command is { } command ? command with { IsTakenBack = true } : null,
            Upgrade = options.Upgrade is { } taken ? taken with { IsTakenBack = true } : null,
        } : options;
    }

    private static void RequireEndpoints(SandboxOptions options)
    {
        var left = options.Nodes.Select(node => node.Left).OfType<LeftNode>();
        if (left.FirstOrDefault(node => !Listener.IsFree(node.Address, node.Port)) is { } taken)
        {
            throw new UsageException(
                $"The cluster cannot be built again: something else listens on {taken.Address}:{taken.Port}. End that first.");
        }
    }

    /// <summary>The summary is written where its variable says; nothing else looks like GitHub, so the log stays plain.</summary>
    private Dictionary<string, string> Environment(Sandbox sandbox)
    {
        var environment = new Dictionary<string, string>(sandbox.ProgramEnvironment, StringComparer.Ordinal)
        {
            ["INPUT_MODE"] = arguments.Mode,
            ["INPUT_STATE_FILE"] = folder.StateFile,
            ["GITHUB_STEP_SUMMARY"] = folder.SummaryFile,
        };
        if (arguments.IsRollback)
        {
            environment.Remove("INPUT_TARGET_INSTANCE_TYPE");
        }

        return environment;
    }

    private async Task<ProgramResult> RollAsync(Sandbox sandbox, ProgramUnderTest program)
    {
        // The terminal sends Ctrl-C to the program too; whoever ends the sandbox alone ends the program with it. The report comes either way.
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            program.Signal("TERM");
        });
        return await sandbox.RunAsync(program, arguments.KillAfter);
    }

    private async Task WritePlacesAsync(int exitCode)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync($"state                {Written(folder.StateFile)}");
        await output.WriteLineAsync($"job summary          {Written(folder.SummaryFile)}");
        if (exitCode != 0)
        {
            await output.WriteLineAsync($"resume with          {ResumeCommand.Of(arguments.Words, folder.Folder)}");
        }
    }

    private static string Written(string file) => File.Exists(file) ? file : $"none, the program ended before it wrote {file}";

    private async Task WriteAsync(string paragraph)
    {
        await output.WriteLineAsync(paragraph);
        await output.WriteLineAsync();
    }
}
