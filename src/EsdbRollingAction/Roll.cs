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
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction;

/// <summary>Puts the parts of the core together as the inputs say, and runs them.</summary>
/// <param name="inputs">The inputs.</param>
/// <param name="reporter">Who is told what happens.</param>
/// <param name="github">The workflow run around it, if there is one.</param>
/// <param name="time">The clock.</param>
internal sealed class Roll(Inputs inputs, IUpdateReporter reporter, GitHubContext github, TimeProvider time)
{
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
    public async Task<ClusterUpdate> RunAsync(ClusterUpdate start, StateFile file, Ec2Calls ec2, IAutoScaling autoScaling, CancellationToken cancellationToken)
    {
        var instances = new Ec2Instances(ec2, inputs.ReserveCapacity);
        var control = new InstanceControl(instances, new Ec2Marks(ec2), new Ec2Capacity(ec2), new OtherRuns(github, time));
        var strategy = StrategyOf(start, instances);
        using var nodes = new HttpClusterNodes(inputs.Connection, time);
        var settings = await SettingsAsync(cancellationToken);
        var facts = new CheckFacts(nodes, new Ec2InstanceFacts(ec2, autoScaling, time));
        preflight = new Preflight(nodes, instances, strategy, HostAddresses.ResolveAsync, settings, time, facts);
        reporter.Notice(
            $"{Doing} {strategy.Name} to {start.TargetInstanceType} {(start.TakesBack ? "at" : "over")} {inputs.ClusterName};"
            + $" the state file is {inputs.StateFile}.");
        return inputs.Mode == Mode.Plan
            ? await new ClusterUpdatePlanner(preflight, nodes, control, strategy, file, settings, reporter, time)
                .PlanAsync(start, cancellationToken)
            : await new ClusterUpdateService(preflight, nodes, control, strategy, file, settings, reporter, time)
                .RunAsync(start, inputs.Mode == Mode.Step, cancellationToken);
    }

    /// <returns>What was brought back, in words.</returns>
    /// <exception cref="RollingUpdateException">Something is still off.</exception>
    /// <exception cref="InstanceException">EC2 could not be asked, or the credentials have expired.</exception>
    public async Task<string> RecoverAsync(ClusterUpdate? found, StateFile file, Ec2Calls ec2, CancellationToken cancellationToken)
    {
        var control = new InstanceControl(
            new Ec2Instances(ec2, inputs.ReserveCapacity), new Ec2Marks(ec2), new Ec2Capacity(ec2), new OtherRuns(github, time));
        using var nodes = new HttpClusterNodes(inputs.Connection, time);
        var settings = await SettingsAsync(cancellationToken);
        reporter.Notice($"Looking at {inputs.ClusterName} for what an update left off; the state is kept in {inputs.StateFile}.");
        return await new Recovery(new RecoveryEdges(nodes, control, file, HostAddresses.ResolveAsync), settings, reporter, time)
            .RunAsync(found, cancellationToken);
    }

    private string Doing => inputs.Mode switch
    {
        Mode.Plan => "Planning",
        Mode.Rollback => "Taking back",
        _ => "Rolling",
    };

    private async Task<RollSettings> SettingsAsync(CancellationToken cancellationToken) => new()
    {
        Seeds = await new SeedResolver(time).SeedsAsync(inputs.Connection, cancellationToken),
        InstanceFilters = inputs.InstanceFilters,
        IterationInterval = inputs.IterationInterval,
        MaxReplicationLagBytes = inputs.MaxReplicationLagBytes,
        RollBackOnFailure = inputs.RollBackOnFailure,
        CapacityRetry = inputs.CapacityRetry,
        ReserveCapacity = inputs.ReserveCapacity,
        Run = OtherRuns.NameOfThisOne(github),
        TakeOver = inputs.TakeOver,
        AllowDowntime = inputs.AllowDowntime,
        AllowInstanceStoreLoss = inputs.AllowInstanceStoreLoss,
        AllowPublicAddressLoss = inputs.AllowPublicAddressLoss,
        ExpectedPlanDigest = inputs.Mode == Mode.Plan ? null : inputs.ExpectedPlanDigest,
        Deadline = Deadline,
        TimeToEnd = TimeToEnd,
    };

    private UpdateInstanceTypeStrategy StrategyOf(ClusterUpdate state, Ec2Instances instances)
    {
        if (state.UpdateStrategy != UpdateInstanceTypeStrategy.StrategyName)
        {
            throw new RollingUpdateException(
                FailureReason.InvalidInput,
                $"The update strategy '{state.UpdateStrategy}' is not known; there is {UpdateInstanceTypeStrategy.StrategyName}. Nothing was changed.");
        }

        return state.TakesBack ? new UpdateInstanceTypeStrategy(instances, targetType: null) : new UpdateInstanceTypeStrategy(instances, state.TargetInstanceType ?? throw new RollingUpdateException(
            FailureReason.InvalidInput,
            $"No target instance type: set {InputNames.TargetInstanceType.Said(github.IsActions)}, for example to t3.xlarge. Nothing was changed."));
    }
}
