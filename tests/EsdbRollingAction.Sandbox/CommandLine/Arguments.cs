using System.Globalization;
using System.Text.Json;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>What the command line asks for.</summary>
/// <param name="Options">The sandbox.</param>
internal sealed record Arguments(SandboxOptions Options)
{
    private const string Rollback = "rollback";

    /// <summary>What the cluster is like: when it is built again it is as it was.</summary>
    private static readonly string[] OfTheCluster = ["--voters", "--replicas", "--secured", "--tls", "--retiring", "--server-version", "--auto-scavenge"];

    /// <summary>The words that were given.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The program to run, or null for the one built with the sandbox.</summary>
    public string? Program { get; init; }

    /// <summary>The program's input <c>mode</c>.</summary>
    public string Mode { get; init; } = "apply";

    /// <summary>Whether the last roll is taken back.</summary>
    public bool IsRollback => Mode == Rollback;

    /// <summary>When the program is killed, or null.</summary>
    public TimeSpan? KillAfter { get; init; }

    /// <summary>Whether cluster and state are those that the last command left.</summary>
    public bool Resumes => IsResume || IsRollback;

    /// <summary>Where state, job summary and cluster are kept, or null for the usual folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Only show the help.</summary>
    public bool IsHelp { get; init; }

    /// <summary>What is wrong with the command line, or null.</summary>
    public string? Error { get; init; }

    private bool IsResume { get; init; }

    private int? Voters { get; init; }

    private int? Replicas { get; init; }

    private string Strategy { get; init; } = Strategies.Type;

    private string? TargetVersion { get; init; }

    private CommandWords Command { get; init; } = new();

    private bool IsRestart => Strategy == Strategies.Restart;

    private RestartKind? Kind { get; init; }

    public static Arguments Parse(IReadOnlyList<string> words)
    {
        var arguments = new Arguments(new SandboxOptions()) { Words = words };
        try
        {
            for (var i = 0; i < words.Count && !arguments.IsHelp; i++)
            {
                var word = words[i];
                arguments = arguments.With(word, () => i + 1 < words.Count && IsValue(words[i + 1])
                    ? words[++i]
                    : throw new FormatException($"{word} needs a value."));
            }

            return arguments.IsHelp ? arguments : arguments.Checked();
        }
        catch (FormatException wrong)
        {
            return arguments with { Error = wrong.Message };
        }
    }

    private static bool IsValue(string word) => word.Length > 0 && !word.StartsWith("--", StringComparison.Ordinal);

    private Arguments With(string word, Func<string> value) => word switch
    {
        "--help" or "-h" => this with { IsHelp = true },
        "--mode" => this with { Mode = ModeOf(value()) },
        "--kill-after" => this with { KillAfter = Seconds(value()) },
        "--resume" => this with { IsResume = true },
        "--folder" => this with { Folder = value() },
        "--program" => this with { Program = value() },
        "--voters" => this with { Voters = Number(value(), least: 1) },
        "--strategy" => this with { Strategy = StrategyOf(value()) },
        "--ssm-document" => this with { Command = Command with { Document = value() } },
        "--ssm-parameters" => this with { Command = Command with { Parameters = ParametersOf(value()) } },
        "--ssm-rollback-parameters" => this with { Command = Command with { RollbackParameters = ParametersOf(value()) } },
        "--reboot-after" => this with { Command = Command with { RebootAfter = true } },
        "--target-server-version" => this with { TargetVersion = VersionOf(value()) },
        "--restart-kind" => this with { Kind = RestartKindOf(value()) },
        "--replicas" => this with { Replicas = Number(value(), least: 0) },
        _ => this with { Options = Set(Options, word, value) },
    };

    private Arguments Checked()
    {
        if (Resumes && Words.FirstOrDefault(OfTheCluster.Contains) is { } word)
        {
            var resuming = IsResume ? "--resume" : "--mode rollback";
            throw new FormatException($"{word} cannot be given with {resuming}: the cluster is built again as it was left.");
        }

        if (Kind is not null && !IsRestart)
        {
            throw new FormatException($"--restart-kind is for --strategy {Strategies.Restart}.");
        }

        if (Command.WhyNot(Strategy) is { } why)
        {
            throw new FormatException(why);
        }

        if ((TargetVersion is not null) != (Strategy == Strategies.Upgrade))
        {
            throw new FormatException($"--target-server-version is for --strategy {Strategies.Upgrade}, which needs it.");
        }

        var options = Voters is null && Replicas is null ? Options : ClusterOf(Options, Voters ?? 3, Replicas ?? 1);
        return options.Retiring is { } retiring && options.Nodes.All(node => node.Name != retiring)
            ? throw new FormatException($"{retiring} is not a node: there are {string.Join(", ", options.Nodes.Select(node => node.Name))}.")
            : this with
            {
                Options = options with
                {
                    Restarts = IsRestart ? Kind ?? RestartKind.StopStart : null,
                    Command = Strategy == Strategies.Command ? Command.ForItself : null,
                    Upgrade = TargetVersion is { } version ? new UpgradeOptions(version) { Custom = Command.ForAVersion } : null,
                },
            };
    }

    private static SandboxOptions Set(SandboxOptions options, string word, Func<string> value) => word switch
    {
        "--time-scale" => options with { TimeScale = Number(value(), least: 1) },
        "--server-version" => options with { ServerVersion = VersionOf(value()) },
        "--auto-scavenge" => options with { AutoScavenge = AutoScavengeOf(value()) },
        "--seed" => options with { Seed = Number(value(), least: 0) },
        "--backlog-mb" => options with { Load = options.Load with { BytesMissedWhileDown = Number(value(), least: 0) * 1_000_000L } },
        "--secured" => options with { Secured = true },
        "--retiring" => options with { Retiring = value() },
        "--tls" => options with { Tls = true },
        "--fault" => options with { Faults = FaultNames.With(options.Faults, value()) },
        _ => throw new FormatException($"{word} is not an option."),
    };

    private static string ModeOf(string text) => text is "plan" or "apply" or Rollback
        ? text
        : throw new FormatException($"{text} is not a mode: there are plan, apply and rollback.");

    private static string StrategyOf(string text) => Strategies.All.Contains(text)
        ? text
        : throw new FormatException(
            $"{text} is not a strategy: there are {string.Join(", ", Strategies.All.SkipLast(1))} and {Strategies.All[^1]}.");

    private static string VersionOf(string text) => ServerVersions.IsVersion(text)
        ? text
        : throw new FormatException($"{text} is not a version such as 24.10.4.");

    private static AutoScavengeState AutoScavengeOf(string text) =>
        Enum.TryParse<AutoScavengeState>(text, out var state) && state is not AutoScavengeState.Pausing && Enum.GetName(state) == text
            ? state
            : throw new FormatException($"{text} is not what auto-scavenge does: there are NotConfigured, Waiting, InProgress and Paused.");

    private static string ParametersOf(string text)
    {
        try
        {
            CommandOptions.Parse(text);
            return text;
        }
        catch (JsonException)
        {
            throw new FormatException($"{text} is not an object of texts or lists of texts, such as {CommandWords.UsualParameters}.");
        }
    }

    private static RestartKind RestartKindOf(string text) => Strategies.KindOf(text)
        ?? throw new FormatException($"{text} is not a kind of restart: there are stop-start and reboot.");

    /// <summary>The first voter leads, so it has to be moved to be changed last.</summary>
    private static SandboxOptions ClusterOf(SandboxOptions options, int voters, int replicas)
    {
        var nodes = Enumerable.Range(1, voters + replicas).Select(number => new NodeOptions(
            number <= voters ? $"test-node{number}" : $"test-node{number}readonly", $"i-{0x4d277e342129f000 + number:x17}", number > voters));
        return options with { Nodes = [.. nodes], Leader = "test-node1" };
    }

    private static int Number(string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new FormatException($"{text} is not a number of at least {least}.");

    private static TimeSpan Seconds(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < 1_000_000
            ? TimeSpan.FromSeconds((double)seconds)
            : throw new FormatException($"{text} is not a number of seconds above 0.");
}
