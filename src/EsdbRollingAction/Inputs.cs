using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Notices;
using Microsoft.Extensions.Configuration;

namespace EsdbRollingAction;

/// <summary>The inputs, checked. Everything wrong with them is <see cref="FailureReason.InvalidInput"/>.</summary>
internal sealed record Inputs
{
    private const int MinutesOfADay = 60 * 24;
    private const int LongestTimeLimit = 35 * MinutesOfADay;
    private const int SecondsOfAnHour = 3600;

    /// <summary>The longest execution time-out that <c>AWS-RunShellScript</c> takes, in minutes.</summary>
    private const int LongestCommand = 2 * MinutesOfADay;
    private const long DefaultMaxLag = 1024 * 1024;

    public required Mode Mode { get; init; }
    public required ConnectionString Connection { get; init; }
    public required string ClusterName { get; init; }
    public required UpdateRequest Request { get; init; }
    public required string? RestartTarget { get; init; }
    public required CommandSpec Command { get; init; }
    public required string? TargetServerVersion { get; init; }
    public required bool AllowDowngrade { get; init; }
    public required string StateFile { get; init; }

    /// <summary>What does not come from the inputs is added where the run is put together.</summary>
    public required RollSettings Settings { get; init; }
    public required string? AwsRegion { get; init; }
    public required TimeSpan? TimeLimit { get; init; }
    public required NotifyUrl? NotifyUrl { get; init; }
    public required RoleArn? RoleToAssume { get; init; }
    public required long? ResumeRunId { get; init; }

    public static Inputs Read(IConfiguration configuration, bool inActions)
    {
        var read = new InputReader(configuration);
        var connection = read.Parsed(InputNames.ConnectionString, ConnectionString.Parse);
        if (read.Text(InputNames.ConnectionString) is null)
        {
            read.Miss($"An input is missing: set {InputNames.ConnectionString.Said(inActions)}.");
        }

        var mode = read.OneOf(InputNames.Mode, "plan", "apply", "step", "rollback", "recover", "status");
        var inputs = new Inputs
        {
            Mode = Enum.Parse<Mode>(mode, ignoreCase: true),
            Connection = connection!,
            ClusterName = read.Text(InputNames.ClusterName) ?? connection?.Hosts[0].Host ?? "",
            Request = RequestOf(read),
            RestartTarget = RestartTargetOf(read),
            Command = CommandOf(read),
            TargetServerVersion = read.Parsed(InputNames.TargetServerVersion, ServerVersionOf),
            AllowDowngrade = read.Flag(InputNames.AllowDowngrade),
            StateFile = read.Parsed(InputNames.StateFile, path => StatePath.Check(path, inActions)) ?? InputNames.StateFile.Default,
            Settings = SettingsOf(read, connection?.Hosts ?? []),
            AwsRegion = read.Parsed(InputNames.AwsRegion, region => Core.Aws.AwsRegion.Check(region, "The input aws-region")!),
            TimeLimit = TimeLimitOf(read),
            NotifyUrl = read.Parsed(InputNames.NotifyUrl, NotifyUrl.Parse),
            RoleToAssume = read.Parsed(InputNames.RoleToAssume, role => RoleArn.Parse(role)),
            ResumeRunId = read.Number(InputNames.ResumeRunId, least: 1),
        };
        read.RequireAll();
        return inputs with { Request = inputs.Request with { TargetVersion = inputs.NamedTarget } };
    }

    /// <summary>The version that is asked for with the strategy that the inputs name.</summary>
    private string? NamedTarget => TargetWith(Request.UpdateStrategy)
        ?? (Request.UpdateStrategy is Ec2InstanceRestart.StrategyName ? Ec2InstanceRestart.Restarted : null);

    private static UpdateRequest RequestOf(InputReader read)
    {
        var limit = read.Number(InputNames.MaxIterations, least: 1, most: int.MaxValue);
        var strategy = read.Text(InputNames.UpdateStrategy);
        return new UpdateRequest(strategy, read.Text(InputNames.TargetInstanceType), (int?)limit);
    }

    /// <summary>The version that the inputs ask for, where it is not an instance type; null leaves it to the state.</summary>
    public string? TargetWith(string? strategy) => strategy switch
    {
        Ec2InstanceRestart.StrategyName => RestartTarget,
        SsmCommandUpdate.StrategyName => Command.Target,
        ServerVersionUpdate.StrategyName => TargetServerVersion,
        _ => null,
    };

    private static string ServerVersionOf(string text) => ServerVersion.Read(text) ?? throw new RollingUpdateException(
        FailureReason.InvalidInput,
        $"The input {InputNames.TargetServerVersion.Name} is '{text}'; it must be a version of the server such as 24.10 or 24.10.4.");

    private static CommandSpec CommandOf(InputReader read) => new()
    {
        Document = read.TextOrDefault(InputNames.SsmDocument),
        Version = read.TextOrDefault(InputNames.SsmDocumentVersion),
        Parameters = ParametersOf(read, InputNames.SsmParameters) ?? CommandParameters.None,
        RollbackParameters = ParametersOf(read, InputNames.SsmRollbackParameters),
        TimeLimit = SsmTimeoutOf(read),
        RebootAfter = read.Flag(InputNames.RebootAfter),
    };

    /// <summary>The action always gives the input, so the default may mean that nobody asked.</summary>
    private static TimeSpan? SsmTimeoutOf(InputReader read)
    {
        var minutes = read.Fraction(InputNames.SsmTimeout, "minutes", most: LongestCommand);
        return read.TextOrDefault(InputNames.SsmTimeout) == InputNames.SsmTimeout.Default ? null : TimeSpan.FromMinutes(minutes);
    }

    private static CommandParameters? ParametersOf(InputReader read, InputName input) =>
        read.Parsed(input, json => CommandParameters.Parse(json, input.Name));

    private static string? RestartTargetOf(InputReader read) => read.OneOf(InputNames.RestartKind, "stop-start", "reboot") switch
    {
        _ when read.Text(InputNames.RestartKind) is null => null,
        "reboot" => Ec2InstanceRestart.Rebooted,
        _ => Ec2InstanceRestart.Restarted,
    };

    private static RollSettings SettingsOf(InputReader read, IReadOnlyList<NodeEndpoint> seeds) => new()
    {
        Seeds = seeds,
        InstanceFilters = read.Parsed(InputNames.InstanceFilters, Core.Ec2.InstanceFilters.Parse) ?? [],
        IterationInterval = TimeSpan.FromSeconds(read.Fraction(InputNames.IterationInterval, "seconds", most: SecondsOfAnHour)),
        MaxReplicationLagBytes = read.Number(InputNames.MaxLag, least: 0) ?? DefaultMaxLag,
        RollBackOnFailure = read.OneOf(InputNames.OnFailure, "rollback-node", "stop") is "rollback-node",
        CapacityRetry = TimeSpan.FromMinutes(read.Fraction(InputNames.CapacityRetry, "minutes", most: MinutesOfADay, mayBeZero: true)),
        ReserveCapacity = Enum.Parse<CapacityPolicy>(
            read.OneOf(InputNames.ReserveCapacity, "auto", "required", "off"), ignoreCase: true),
        AlarmNames = read.Parsed(InputNames.AlarmNames, Core.Alarms.AlarmNames.Parse) ?? [],
        TakeOver = read.Flag(InputNames.TakeOver),
        AllowDowntime = read.Flag(InputNames.AllowDowntime),
        AllowInstanceStoreLoss = read.Flag(InputNames.AllowInstanceStoreLoss),
        AllowPublicAddressLoss = read.Flag(InputNames.AllowPublicAddressLoss),
        ExpectedPlanDigest = read.Text(InputNames.ExpectedPlanDigest),
        MaxNodes = (int?)read.Number(InputNames.MaxNodes, least: 1, most: int.MaxValue),
        PauseBeforeLeader = read.Flag(InputNames.PauseBeforeLeader),
        BakeTime = TimeSpan.FromMinutes(read.Fraction(InputNames.BakeMinutes, "minutes", most: 7 * MinutesOfADay, mayBeZero: true)),
    };

    private static TimeSpan? TimeLimitOf(InputReader read)
    {
        if (read.Text(InputNames.TimeLimit) is null)
        {
            return null;
        }

        var minutes = read.Fraction(InputNames.TimeLimit, "minutes", most: LongestTimeLimit);
        return TimeSpan.FromMinutes(minutes);
    }
}
