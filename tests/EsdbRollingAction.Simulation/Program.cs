using System.Diagnostics;
using EsdbRollingAction.Simulation;
using EsdbRollingAction.Simulation.CommandLine;
using EsdbRollingAction.Simulation.Mutants;

var arguments = Arguments.Parse(args);
if (arguments.IsHelp || arguments.Error is not null)
{
    await (arguments.IsHelp ? Console.Out : Console.Error).WriteLineAsync(arguments.Error ?? Arguments.Help);
    return arguments.IsHelp ? 0 : 2;
}

var mutant = arguments.Mutant ?? new Unprotected(arguments.Without);
if (arguments.IsReplay)
{
    var replayed = Campaign.Replay(arguments.First, mutant, arguments.Surely);
    await Console.Out.WriteLineAsync(string.Join('\n', replayed.History));
    return replayed.Broken.Count > 0 ? 1 : 0;
}

var watch = Stopwatch.StartNew();
var threads = arguments.IsParallel ? Environment.ProcessorCount : 1;
var failed = Campaign.Run(arguments.First, arguments.Count, threads, mutant, arguments.Surely);
var (seconds, ofProcessor) = (watch.Elapsed.TotalSeconds, Environment.CpuUsage.TotalTime.TotalSeconds);
await Console.Out.WriteLineAsync(
    $"{arguments.Count} rolls in {seconds:0.0} s, {arguments.Count / seconds / threads:0} a second on each of {threads} core(s), "
    + $"{arguments.Count / ofProcessor:0} in a second of processor time; {failed.Count} broke a rule.");
foreach (var result in failed)
{
    await Console.Out.WriteLineAsync($"  --seed {result.Seed}: {result.Broken[0]}");
}

if (failed.Count > 0)
{
    await Console.Out.WriteLineAsync(string.Join('\n', Campaign.Replay(failed[0].Seed, mutant, arguments.Surely).History));
}

return failed.Count > 0 ? 1 : 0;
