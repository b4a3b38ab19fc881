using System.Globalization;
using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using RunningSandbox = EsdbRollingAction.Sandbox.Sandbox;

namespace EsdbRollingAction.EndToEnd;

/// <summary>A sandbox and the program in it, with what most tests look at.</summary>
internal sealed class Rolling : IAsyncDisposable
{
    /// <summary>What the connection string of every test holds, percent-encoded.</summary>
    public const string Password = "change/it@home";

    private const double WorthSaying = 1.5;
    private static readonly TimeSpan LongestElection = TimeSpan.FromSeconds(10);

    private readonly List<(ProgramUnderTest Program, Dictionary<string, string> Environment)> programs = [];

    private Rolling(RunningSandbox sandbox) => Sandbox = sandbox;

    public RunningSandbox Sandbox { get; }

    public string StatePath => Sandbox.ProgramEnvironment["INPUT_STATE_FILE"];

    public string OutputsPath => Path.Combine(Sandbox.Folder, "outputs");

    public JsonObject State => JsonNode.Parse(File.ReadAllText(StatePath))!.AsObject();

    /// <summary>Acts that change the cluster or an instance, whatever came of them.</summary>
    public IEnumerable<string> Acts => Sandbox.Requests.Entries
        .Where(request => request.Method == "POST" && !request.What.StartsWith("Describe", StringComparison.Ordinal))
        .Where(request => !request.What.EndsWith("DryRun", StringComparison.Ordinal))
        .Select(request => $"{request.Target} {request.What}");

    /// <summary>
    /// Whatever a test is about, the cluster is secured: what is trusted with nothing can show nothing. On a slow machine the model's time
    /// passes more slowly, as much as the program does. One client that appends is enough where nobody measures the gap in writes.
    /// </summary>
    public static async Task<Rolling> StartAsync(SandboxOptions? options = null)
    {
        options ??= new SandboxOptions { TimeScale = 40 };
        var slowness = MachinePace.Slowness;
        Heartbeat.Remark = slowness < WorthSaying
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"This machine is {slowness:0.0} times too slow just now: rolls are given as much more time.");
        return new Rolling(await RunningSandbox.StartAsync(
            options with { Secured = true, Password = Password, Writers = 1, TimeScale = Math.Max(1, options.TimeScale / slowness) }));
    }

    /// <summary>The program with the sandbox's environment and these variables over it; a null takes one away.</summary>
    public ProgramUnderTest Program(params (string Name, string? Value)[] overrides) => Program([], overrides);

    /// <inheritdoc cref="Program(ValueTuple{string, string}[])"/>
    /// <param name="through">See <see cref="ProgramUnderTest.Through"/>.</param>
    /// <param name="overrides">The variables.</param>
    public ProgramUnderTest Program(IReadOnlyList<string> through, params (string Name, string? Value)[] overrides)
    {
        var environment = new Dictionary<string, string>(Sandbox.ProgramEnvironment, StringComparer.Ordinal) { ["GITHUB_OUTPUT"] = OutputsPath };
        foreach (var (name, value) in overrides)
        {
            environment.Remove(name);
            if (value is not null)
            {
                environment[name] = value;
            }
        }

        var program = new ProgramUnderTest(environment) { Through = through };
        programs.Add((program, environment));
        return program;
    }

    public async Task<ProgramResult> RunAsync(params (string Name, string? Value)[] overrides)
    {
        using var program = Program(overrides);
        return await program.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Kills the program while an instance is off. On a slow machine what was off may be on again by then: then the next one is.</summary>
    public async Task<Ec2Instance> KillInTheMiddleAsync(CancellationToken cancellationToken)
    {
        while (!Sandbox.Ec2.Truth.Any(IsOff))
        {
            using var victim = Program();
            victim.Start();
            while (!Sandbox.Ec2.Truth.Any(IsOff))
            {
                await Task.Delay(5, cancellationToken);
            }

            victim.Kill();
            await victim.WaitAsync(cancellationToken);
        }

        // What the program had asked when it was killed is answered, and written down, a moment later.
        for (var asked = -1; asked != Sandbox.Requests.Entries.Count;)
        {
            asked = Sandbox.Requests.Entries.Count;
            await Task.Delay(500, cancellationToken);
        }

        return Sandbox.Ec2.Truth.Single(IsOff);
    }

    /// <summary>The outputs of the last run.</summary>
    public Dictionary<string, string> Outputs() => ReadOutputs(OutputsPath);

    /// <summary>The outputs of a run that wrote them elsewhere.</summary>
    public static Dictionary<string, string> ReadOutputs(string path)
    {
        var lines = File.ReadAllLines(path);
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var line = 0; line + 2 < lines.Length; line += 3)
        {
            outputs[lines[line].Split("<<")[0]] = lines[line + 1];
        }

        return outputs;
    }

    /// <summary>Every node has the target type and is level, nothing is left behind, no rule was broken.</summary>
    public void AssertRolled(ProgramResult result)
    {
        Require.That(result.ExitCode == 0, result);
        AssertNoRuleBroken(result);

        // What was resumed at the end may have the leader resign at once: for a moment nobody is level with anybody.
        SpinWait.SpinUntil(() => Sandbox.Report().NodesUpdated == Sandbox.Cluster.NodeNames.Count, LongestElection * MachinePace.Slowness);
        Assert.Equal(Sandbox.Cluster.NodeNames.Count, Sandbox.Report().NodesUpdated);
        Assert.Equal("Success", (string)State["ClusterUpdateStatus"]!);
    }

    public void AssertNoRuleBroken(ProgramResult result)
    {
        Sandbox.Referee.Finish();
        Require.That(Sandbox.Referee.BrokenRules.Count == 0, result, Require.Few(Sandbox.Referee.BrokenRules));
    }

    /// <summary>Whatever a test is about: no secret that a program was given is in what it printed or left.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            Secrets.AssertNoneIn(
                programs.SelectMany(run => Secrets.In(run.Environment)),
                programs.SelectMany(run => run.Program.Output.Concat(run.Program.Error)).Select(line => ("the log", line)),
                Sandbox.Folder);
        }
        finally
        {
            await Sandbox.DisposeAsync();
        }
    }

    private static bool IsOff(Ec2Instance instance) => instance.State is Ec2State.Stopped or Ec2State.Stopping;
}
