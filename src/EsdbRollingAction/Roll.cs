using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Aws;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Status;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction;

/// <summary>What a roll is put together from.</summary>
/// <param name="Inputs">The inputs.</param>
/// <param name="Reporter">Who is told what happens.</param>
/// <param name="GitHub">The workflow run around it, if there is one.</param>
/// <param name="Time">The clock.</param>
internal sealed record RollParts(Inputs Inputs, IUpdateReporter Reporter, GitHubContext GitHub, TimeProvider Time);

/// <summary>Puts the rooms of the core together as the inputs say, and runs them.</summary>
/// <param name="parts">What it is put together from.</param>
/// <param name="file">Where the state is kept.</param>
/// <param name="aws">AWS.</param>
internal sealed class Roll(RollParts parts, StateFile file, AwsAccess aws) : IDisposable
{
    private readonly Inputs inputs = parts.Inputs;
    private readonly SeedResolver seeds = new(parts.Time);
    private readonly HttpClusterNodes nodes = new(parts.Inputs.Connection, parts.Time);
    private readonly Ec2Instances instances = new(aws.Ec2, parts.Inputs.Settings.ReserveCapacity);
    private readonly Ec2Capacity capacity = new(aws.Ec2);
    private readonly OtherRuns runs = new(parts.GitHub, parts.Time);
    private Preflight? preflight;

    /// <summary>How many nodes the cluster has, or null while that is not known.</summary>
    public int? NodeCount => preflight?.NodeCount;

    /// <summary>When the time of this run is over, or null.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How long the run has once it is asked to end.</summary>
    public required Func<TimeToEnd> TimeToEnd { get; init; }

    /// <returns>The state as it was last remembered.</returns>
    /// <exception cref="RollingUpdateException">The inputs are not valid, or the update was refused, or it could not go on.</exception>
    /// <exception cref="InstanceException">EC2 could not be asked, or the credentials have expired.</exception>
    public async Task<ClusterUpdate> RunAsync(ClusterUpdate start, CancellationToken cancellationToken)
    {
        var strategy = StrategyCatalogue.Of(start, StrategyParts);
        RefuseUnfitTarget(start, strategy);
        start = start with { TargetVersion = strategy.TargetVersion };
        var settings = await SettingsAsync(cancellationToken);
        settings = inputs.Mode is Mode.Step ? settings with { LeaseId = start.LeaseId ?? settings.LeaseId } : settings;
        preflight = new Preflight(Asked, strategy, settings, parts.Time);
        var what = strategy.TargetVersion is { } version ? $"({version})" : $"to {start.TargetInstanceType}";
        parts.Reporter.Notice(
            $"{Doing} {strategy.Name} {what} {(start.TakesBack ? "at" : "over")} {inputs.ClusterName}{Where};"
            + $" the state file is {inputs.StateFile}.");
        return inputs.Mode is Mode.Plan
            ? await new ClusterUpdatePlanner(preflight, strategy, Edges, settings).PlanAsync(start, cancellationToken)
            : await new ClusterUpdateService(preflight, strategy, Edges, settings)
                .RunAsync(start, inputs.Mode is Mode.Step, cancellationToken);
    }

    /// <returns>What was brought back, in words.</returns>
    /// <exception cref="RollingUpdateException">Something is still off.</exception>
    /// <exception cref="InstanceException">EC2 could not be asked, or the credentials have expired.</exception>
    public async Task<string> RecoverAsync(ClusterUpdate? found, CancellationToken cancellationToken)
    {
        var strategy = StrategyCatalogue.Of(found ?? new ClusterUpdate(), StrategyParts);
        var settings = await SettingsAsync(cancellationToken);
        parts.Reporter.Notice(
            $"Looking at {inputs.ClusterName}{Where} for what an update left off; the state is kept in {inputs.StateFile}.");
        var checks = new Preflight(Asked, strategy, settings, parts.Time);
        return await new Recovery(checks, strategy, Edges, settings).RunAsync(found, cancellationToken);
    }

    /// <summary>Looks, and changes nothing: neither tags nor state.</summary>
    /// <param name="found">The state of an update that was found.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<ClusterStatus> LookAsync(FoundUpdate found, CancellationToken cancellationToken)
    {
        var edges = new StatusEdges(Asked, capacity, runs, parts.Reporter);
        var settings = await SettingsAsync(cancellationToken);
        return await new StatusReader(edges, settings, parts.Time).ReadAsync(found, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => nodes.Dispose();

    private string Where => (aws.Region, aws.Account) switch
    {
        (null, _) => "",
        ({ } region, null) => $" in {region}",
        ({ } region, { } account) => $" in {region}, account {account}",
    };

    private string Doing => inputs.Mode switch
    {
        Mode.Plan => "Planning",
        Mode.Rollback => "Rolling back",
        _ => "Rolling",
    };

    private StrategyParts StrategyParts =>
        new(instances, new SsmCommands(aws.Ssm, inputs.Connection.Credentials?.Password), parts.Time)
        {
            Command = inputs.Command,
            TargetServerVersion = inputs.TargetServerVersion,
            AllowDowngrade = inputs.AllowDowngrade,
        };

    private RollEdges Edges => new(nodes, new Ec2Edges(instances, new Ec2Tags(aws.Ec2), capacity, runs), file, parts.Reporter)
    {
        Alarms = aws.Alarms,
        Time = parts.Time,
    };

    private PreflightEdges Asked =>
        new(nodes, instances, new Ec2InstanceFacts(aws.Ec2, aws.AutoScaling, parts.Time), seeds.LookUpAsync) { Alarms = aws.Alarms };

    private async Task<RollSettings> SettingsAsync(CancellationToken cancellationToken) => inputs.Settings with
    {
        Seeds = await seeds.SeedsAsync(inputs.Connection, cancellationToken),
        Run = OtherRuns.NameOfThisOne(parts.GitHub),
        ExpectedPlanDigest = inputs.Mode is Mode.Plan ? null : inputs.Settings.ExpectedPlanDigest,
        Deadline = Deadline,
        TimeToEnd = TimeToEnd,
    };

    private string TargetServerVersionInput => InputNames.TargetServerVersion.Said(parts.GitHub.IsActions);

    private void RefuseUnfitTarget(ClusterUpdate start, IUpdateStrategy strategy)
    {
        var input = InputNames.TargetInstanceType.Said(parts.GitHub.IsActions);
        var type = start.TargetInstanceType ?? start.EventStoreNodeUpdates.Select(node => node.TargetInstanceType).FirstOrDefault();
        var problem = (strategy.TargetVersion, type) switch
        {
            (null, null) when !start.TakesBack => $"No target instance type: set {input}, for example to t3.xlarge.",
            ("", _) => $"No target server version: set {TargetServerVersionInput}, for example to 24.10.4.",
            ({ }, { }) => $"{strategy.Name} changes no instance type, and {type} is asked for: leave {input} out.",
            (null, _) when start.TargetVersion is { } version => $"{strategy.Name} knows no TargetVersion, and the state has {version}.",
            ({ } version, _) when inputs.TargetWith(strategy.Name) is { } asked && asked != version =>
                $"The state file holds an unfinished update with target '{version}', and the inputs ask for '{asked}'.",
            ({ }, _) when start.TakesBack => $"{strategy.Name} cannot be taken back.",
            _ => null,
        };
        if (problem is not null)
        {
            throw new RollingUpdateException(FailureReason.InvalidInput, $"{problem} Nothing was changed.");
        }
    }
}
