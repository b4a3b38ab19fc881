using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.State;
using Microsoft.Extensions.Configuration;

namespace EsdbRollingAction;

/// <summary>The inputs, checked. Everything wrong with them is <see cref="FailureReason.InvalidInput"/>.</summary>
internal sealed record Inputs
{
    private const int MinutesOfADay = 60 * 24;

    public required Mode Mode { get; init; }
    public required ConnectionString Connection { get; init; }
    public required string ClusterName { get; init; }
    public required UpdateRequest Request { get; init; }
    public required IReadOnlyList<InstanceFilter> InstanceFilters { get; init; }
    public required string StateFile { get; init; }
    public required TimeSpan IterationInterval { get; init; }
    public required long MaxReplicationLagBytes { get; init; }
    public required bool RollBackOnFailure { get; init; }
    public required TimeSpan CapacityRetry { get; init; }
    public required CapacityPolicy ReserveCapacity { get; init; }
    public required bool TakeOver { get; init; }
    public required bool AllowDowntime { get; init; }
    public required bool AllowInstanceStoreLoss { get; init; }
    public required bool AllowPublicAddressLoss { get; init; }
    public required string? AwsRegion { get; init; }
    public required string? ExpectedPlanDigest { get; init; }
    public required TimeSpan? TimeLimit { get; init; }
    public required RoleArn? RoleToAssume { get; init; }
    public required long? ResumeRunId { get; init; }

    public static Inputs Read(IConfiguration configuration, bool inActions)
    {
        var read = new InputReader(configuration);
        var connection = ConnectionString.Parse(read.Text(InputNames.ConnectionString) ?? throw NoConnectionString(inActions));
        return new Inputs
        {
            Mode = ModeOf(read),
            Connection = connection,
            ClusterName = read.Text(InputNames.ClusterName) ?? connection.Hosts[0].Host,
            Request = RequestOf(read),
            InstanceFilters = Core.Instances.InstanceFilters.Parse(read.Text(InputNames.InstanceFilters) ?? ""),
            StateFile = StatePath.Check(read.TextOrDefault(InputNames.StateFile), inActions),
            IterationInterval = TimeSpan.FromSeconds(read.Positive(InputNames.IterationInterval, "seconds", most: 3600)),
            MaxReplicationLagBytes = read.Number(InputNames.MaxLag, least: 0) ?? 1024 * 1024,
            RollBackOnFailure = read.OneOf(InputNames.OnFailure, "rollback-node", "stop") == "rollback-node",
            CapacityRetry = TimeSpan.FromMinutes(read.NotNegative(InputNames.CapacityRetry, "minutes", most: MinutesOfADay)),
            ReserveCapacity = ReserveCapacityOf(read),
            TakeOver = read.Flag(InputNames.TakeOver),
            AllowDowntime = read.Flag(InputNames.AllowDowntime),
            AllowInstanceStoreLoss = read.Flag(InputNames.AllowInstanceStoreLoss),
            AllowPublicAddressLoss = read.Flag(InputNames.AllowPublicAddressLoss),
            AwsRegion = Core.Aws.AwsRegion.Check(read.Text(InputNames.AwsRegion), "The input aws-region"),
            ExpectedPlanDigest = read.Text(InputNames.ExpectedPlanDigest),
            TimeLimit = TimeLimitOf(read),
            RoleToAssume = read.Text(InputNames.RoleToAssume) is { } role ? RoleArn.Parse(role) : null,
            ResumeRunId = read.Number(InputNames.ResumeRunId, least: 1),
        };
    }

    private static Mode ModeOf(InputReader read)
    {
        var mode = read.OneOf(InputNames.Mode, "plan", "apply", "step", "rollback", "recover");
        return Enum.Parse<Mode>(mode, ignoreCase: true);
    }

    private static UpdateRequest RequestOf(InputReader read) => new(
        read.Text(InputNames.UpdateStrategy),
        read.Text(InputNames.TargetInstanceType),
        (int?)read.Number(InputNames.MaxIterations, least: 1, most: int.MaxValue));

    private static CapacityPolicy ReserveCapacityOf(InputReader read)
    {
        var policy = read.OneOf(InputNames.ReserveCapacity, "auto", "required", "off");
        return Enum.Parse<CapacityPolicy>(policy, ignoreCase: true);
    }

    private static TimeSpan? TimeLimitOf(InputReader read) => read.Text(InputNames.TimeLimit) is null
        ? null
        : TimeSpan.FromMinutes(read.Positive(InputNames.TimeLimit, "minutes", most: 35 * MinutesOfADay));

    private static RollingUpdateException NoConnectionString(bool inActions) => new(
        FailureReason.InvalidInput,
        $"An input is missing: set {InputNames.ConnectionString.Said(inActions)}.");
}
