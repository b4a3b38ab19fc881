using System.Collections.Concurrent;
using System.Globalization;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd.Laboratory;

/// <summary>One roll: the program is run, killed, disturbed and run again; then all is calm, and it has to finish.</summary>
internal sealed class LaboratoryRoll
{
    public const string TargetType = "t2.xlarge";
    private const double TimeScale = 40;
    private const int KilledBySignal = 128 + 9;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private readonly int seed;
    private readonly Rolling rolling;
    private readonly Random random;
    private readonly StateTampering state;
    private readonly List<string> findings = [];
    private readonly ConcurrentQueue<string> notes = [];
    private readonly List<string> runs = [];

    private LaboratoryRoll(int seed, Rolling rolling)
    {
        this.seed = seed;
        this.rolling = rolling;
        random = new Random(~seed);
        state = new StateTampering(rolling.StatePath, random);
    }

    public static async Task<LaboratoryResult> OfAsync(int seed, CancellationToken cancellationToken)
    {
        await using var rolling = await Rolling.StartAsync(Options(seed));
        var roll = new LaboratoryRoll(seed, rolling);
        await roll.GoAsync(cancellationToken);
        return roll.Result();
    }

    private static SandboxOptions Options(int seed)
    {
        var random = new Random(seed);
        return new SandboxOptions
        {
            TimeScale = TimeScale,
            TargetInstanceType = TargetType,
            Seed = seed,
            Writers = 1,
            Faults = new Faults
            {
                StaleDescribe = random.Next(3) == 0,
                BlackHole = random.Next(4) == 0,
                SlowNode = random.Next(6) == 0 ? "test-node3" : null,
                Trouble = new Trouble(seed) { WireShare = random.NextDouble() * 0.12, SecondsBetween = 30 + (random.NextDouble() * 200) },
            },
        };
    }

    private async Task GoAsync(CancellationToken cancellationToken)
    {
        var disturbing = TimeSpan.FromSeconds(5 + (random.NextDouble() * 15));
        using var calm = new Timer(_ => Calm(), null, disturbing, Timeout.InfiniteTimeSpan);
        while (rolling.Sandbox.Elapsed < disturbing && findings.Count == 0)
        {
            using var program = NewProgram();
            var isKilled = random.Next(3) > 0;
            await RunAsync(program, isKilled ? TimeSpan.FromSeconds(0.2 + (random.NextDouble() * 6)) : null, cancellationToken);
            Note(state.Next());
        }

        await Task.Delay(Settling, TimeProvider.System, cancellationToken);
        using var last = NewProgram();
        var exitCode = await RunAsync(last, null, cancellationToken);
        if (exitCode != 0)
        {
            Find([$"ended with {exitCode} although all was calm before it began"]);
        }

        rolling.Sandbox.Referee.Finish();
        findings.AddRange(rolling.Sandbox.Referee.BrokenRules.Select(broken => broken.ToString()));
    }

    private void Calm()
    {
        Note("all is calm from now on");
        rolling.Sandbox.Calm();
    }

    /// <summary>Its exit code; null when it was killed.</summary>
    private async Task<int?> RunAsync(ProgramUnderTest program, TimeSpan? killAfter, CancellationToken cancellationToken)
    {
        Note($"run {runs.Count + 1} begins{(killAfter is { } after ? $", to be killed after {after.TotalSeconds:0.0} s" : "")}");
        var rules = new RunRules(rolling);
        var result = await program.KillAfter(killAfter ?? Bound * MachinePace.Slowness, cancellationToken);
        var isKilled = result.ExitCode == KilledBySignal;
        Note($"run {runs.Count + 1} {(isKilled ? "was killed" : $"ended with {result.ExitCode}")}");
        runs.Add($"---- run {runs.Count + 1}, {result.Duration.TotalSeconds:0.0} s, exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        Find(rules.JudgeState());
        if (isKilled)
        {
            Find(killAfter is null ? [$"did not end within {Bound.TotalSeconds} s"] : []);
            return null;
        }

        Find(rules.JudgeEnd(result));
        return result.ExitCode;
    }

    private void Find(IEnumerable<string> found) => findings.AddRange(found.Select(what => $"run {runs.Count} {what}"));

    private ProgramUnderTest NewProgram() => rolling.Program(
        ("INPUT_ITERATION_INTERVAL_SECONDS", "1"),
        ("INPUT_CAPACITY_RETRY_MINUTES", "0.2"),
        ("INPUT_RESERVE_CAPACITY", seed % 3 == 0 ? "off" : "auto"));

    private void Note(string what) => notes.Enqueue($"{rolling.Sandbox.Elapsed.TotalSeconds,8:0.000} ## {what}");

    private LaboratoryResult Result() => new(
        seed,
        findings,
        [.. rolling.Sandbox.Referee.History
            .Concat(notes)
            .Concat(rolling.Sandbox.Troubles)
            .Concat(rolling.Sandbox.Requests.Entries.Select(request => $"{request.At.TotalSeconds,8:0.000}      {request.Target} {request.Method} {request.What} {request.Status}"))
            .OrderBy(line => double.Parse(line.AsSpan()[..8], CultureInfo.InvariantCulture))],
        runs);
}
