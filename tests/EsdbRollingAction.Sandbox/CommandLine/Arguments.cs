using System.Globalization;
namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>What the command line asks for.</summary>
/// <param name="Options">The sandbox.</param>
/// <param name="Program">The program to run, or null for the one built with the sandbox.</param>
/// <param name="IsHelp">Only show the help.</param>
/// <param name="Error">What is wrong with the command line, or null.</param>
internal sealed record Arguments(SandboxOptions Options, string? Program = null, bool IsHelp = false, string? Error = null)
{
    public static Arguments Parse(IReadOnlyList<string> words)
    {
        var arguments = new Arguments(new SandboxOptions());
        int? voters = null;
        int? replicas = null;
        for (var i = 0; i < words.Count && arguments is { Error: null, IsHelp: false }; i++)
        {
            string Value() => i + 1 < words.Count ? words[++i] : throw new FormatException($"{words[i]} needs a value.");
            try
            {
                switch (words[i])
                {
                    case "--help" or "-h":
                        arguments = arguments with { IsHelp = true };
                        break;
                    case "--voters":
                        voters = Number(Value(), least: 1);
                        break;
                    case "--replicas":
                        replicas = Number(Value(), least: 0);
                        break;
                    case "--program":
                        arguments = arguments with { Program = Value() };
                        break;
                    default:
                        arguments = arguments with { Options = Set(arguments.Options, words[i], Value) };
                        break;
                }
            }
            catch (FormatException wrong)
            {
                arguments = arguments with { Error = wrong.Message };
            }
        }

        return voters is null && replicas is null
            ? arguments
            : arguments with { Options = ClusterOf(arguments.Options, voters ?? 3, replicas ?? 1) };
    }

    private static SandboxOptions Set(SandboxOptions options, string word, Func<string> value) => word switch
    {
        "--time-scale" => options with { TimeScale = Number(value(), least: 1) },
        "--seed" => options with { Seed = Number(value(), least: 0) },
        "--backlog-mb" => options with { Load = options.Load with { BytesMissedWhileDown = Number(value(), least: 0) * 1_000_000L } },
        "--secured" => options with { Secured = true },
        "--tls" => options with { Tls = true },
        "--fault" => options with { Faults = With(options.Faults, value()) },
        _ => throw new FormatException($"{word} is not an option."),
    };

    private static Faults With(Faults faults, string name) => name switch
    {
        "stale-describe" => faults with { StaleDescribe = true },
        "resign-ignored-once" => faults with { ResignsIgnored = 1 },
        "capacity-shortage" => faults with { CapacityShortages = 1 },
        "no-capacity" => faults with { CapacityShortages = int.MaxValue },
        "throttling" => faults with { ThrottleEvery = 3 },
        "leader-moves" => faults with { LeaderMoves = true },
        "follower-crashes" => faults with { FollowerCrashes = true },
        "slow-node" => faults with { SlowNode = "test-node" },
        "tagging-denied" => faults with { DeniedActions = [.. faults.DeniedActions, "CreateTags", "DeleteTags"] },
        "capacity-denied" => faults with { DeniedActions = [.. faults.DeniedActions, "CreateCapacityReservation", "DescribeCapacityReservations", "CancelCapacityReservation"] },
        "capacity-taken" => faults with { CapacityIsTaken = true },
        "stop-protected" => faults with { StopProtected = "test-node" },
        "database-fails" => faults with { DatabaseFailsOn = "t2.xlarge" },
        "not-offered" => faults with { NotOffered = "t2.xlarge" },
        "black-hole" => faults with { BlackHole = true },
        _ => throw new FormatException($"{name} is not a fault."),
    };

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
}
