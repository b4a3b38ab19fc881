using System.Globalization;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using Microsoft.Extensions.Configuration;

namespace EsdbRollingAction;

/// <summary>The inputs, checked. Everything wrong with them is <see cref="FailureReason.InvalidInput"/>.</summary>
internal sealed record Inputs
{
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

    /// <param name="configuration">The inputs, as they were given.</param>
    /// <param name="inActions">Whether this is a step of a workflow.</param>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>.</exception>
    public static Inputs Read(IConfiguration configuration, bool inActions)
    {
        string? Text(InputName input) => configuration[input.Key]?.Trim() is { Length: > 0 } text ? text : null;

        bool Flag(InputName input) => OneOf(input, Text(input) ?? "false", "true", "false") == "true";

        var connection = ConnectionString.Parse(Text(InputNames.ConnectionString) ?? throw Missing(InputNames.ConnectionString, inActions));
        return new Inputs
        {
            Mode = OneOf(InputNames.Mode, Text(InputNames.Mode) ?? "apply", "plan", "apply", "step", "rollback", "recover") switch
            {
                "plan" => Mode.Plan,
                "step" => Mode.Step,
                "rollback" => Mode.Rollback,
                "recover" => Mode.Recover,
                _ => Mode.Apply,
            },
            Connection = connection,
            ClusterName = Text(InputNames.ClusterName) ?? connection.Hosts[0].Host,
            Request = new UpdateRequest(
                Text(InputNames.UpdateStrategy),
                Text(InputNames.TargetInstanceType),
                (int?)Number(InputNames.MaxIterations, Text(InputNames.MaxIterations), 1, int.MaxValue)),
            InstanceFilters = Core.Instances.InstanceFilters.Parse(Text(InputNames.InstanceFilters) ?? ""),
            StateFile = StatePath.Check(Text(InputNames.StateFile) ?? "esdb-rolling-update-state.json", inActions),
            IterationInterval = TimeSpan.FromSeconds(
                Positive(InputNames.IterationInterval, Text(InputNames.IterationInterval) ?? "5", "seconds", 3600)),
            MaxReplicationLagBytes = Number(InputNames.MaxLag, Text(InputNames.MaxLag), 0, long.MaxValue) ?? 1024 * 1024,
            RollBackOnFailure = OneOf(InputNames.OnFailure, Text(InputNames.OnFailure) ?? "rollback-node", "rollback-node", "stop") == "rollback-node",
            CapacityRetry = TimeSpan.FromMinutes(NotNegative(InputNames.CapacityRetry, Text(InputNames.CapacityRetry) ?? "5", "minutes", 60 * 24)),
            ReserveCapacity = OneOf(InputNames.ReserveCapacity, Text(InputNames.ReserveCapacity) ?? "auto", "auto", "required", "off") switch
            {
                "off" => CapacityPolicy.Off,
                "required" => CapacityPolicy.Required,
                _ => CapacityPolicy.Auto,
            },
            TakeOver = Flag(InputNames.TakeOver),
            AllowDowntime = Flag(InputNames.AllowDowntime),
            AllowInstanceStoreLoss = Flag(InputNames.AllowInstanceStoreLoss),
            AllowPublicAddressLoss = Flag(InputNames.AllowPublicAddressLoss),
            AwsRegion = Core.Aws.AwsRegion.Check(Text(InputNames.AwsRegion), "The input aws-region"),
            ExpectedPlanDigest = Text(InputNames.ExpectedPlanDigest),
            TimeLimit = Text(InputNames.TimeLimit) is { } minutes
                ? TimeSpan.FromMinutes(Positive(InputNames.TimeLimit, minutes, "minutes", 60 * 24 * 35))
                : null,
            RoleToAssume = Text(InputNames.RoleToAssume) is { } role ? RoleArn.Parse(role) : null,
            ResumeRunId = Number(InputNames.ResumeRunId, Text(InputNames.ResumeRunId), 1, long.MaxValue),
        };
    }

    private static string OneOf(InputName input, string text, params string[] values) =>
        values.Contains(text, StringComparer.Ordinal) ? text : throw Invalid($"The input {input.Name} is '{text}'; it must be {string.Join(" or ", values)}.");

    private static long? Number(InputName input, string? text, long least, long most) => text switch
    {
        null => null,
        _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        _ => throw Invalid($"The input {input.Name} is '{text}'; it must be a whole number from {least} to {most}."),
    };

    /// <summary>Fractions are allowed.</summary>
    private static double Positive(InputName input, string text, string unit, int most) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most
            ? number
            : throw Invalid($"The input {input.Name} is '{text}'; it must be a number of {unit} above 0 and at most {most}.");

    private static double NotNegative(InputName input, string text, string unit, int most) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw Invalid($"The input {input.Name} is '{text}'; it must be a number of {unit} from 0 to {most}.");

    private static RollingUpdateException Missing(InputName input, bool inActions) => Invalid($"An input is missing: set {input.Said(inActions)}.");

    private static RollingUpdateException Invalid(string message) => new(FailureReason.InvalidInput, message);
}
