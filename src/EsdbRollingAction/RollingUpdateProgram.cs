using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Core.Updating;
using EsdbRollingAction.GitHub;
using Microsoft.Extensions.Configuration;

namespace EsdbRollingAction;

/// <summary>One run: inputs in, exit code out.</summary>
internal sealed class RollingUpdateProgram(IConfiguration configuration, TextWriter output, TextWriter error, TimeProvider time)
{
    private readonly ConsoleReporter reporter = new(output, time);

    public async Task<int> RunAsync(Signals signals)
    {
        var outputs = new Outputs(Environment.GetEnvironmentVariable("GITHUB_OUTPUT"));
        try
        {
            var inputs = Inputs.Read(configuration);
            outputs.StateFile = inputs.StateFile;
            return await RollAsync(inputs, outputs, signals.Token);
        }
        catch (OperationCanceledException) when (signals.ExitWith is { } exitCode)
        {
            return End(outputs, FailureReason.Cancelled, exitCode, $"Nothing new was begun. {LeftBehind(LastState(outputs))}{ResumeHint(outputs)}");
        }
        catch (InstanceException exception) when (exception.Kind == InstanceErrorKind.CredentialsExpired)
        {
            return End(
                outputs, FailureReason.CredentialsExpired, ExitCode.RunAgain,
                $"The AWS credentials have expired. {exception.Message} The state is saved. Get new credentials; {ResumeHint(outputs)}");
        }
        catch (InstanceException exception)
        {
            return End(outputs, FailureReason.PreflightRefused, ExitCode.Refused, $"{exception.Message} Nothing was changed.");
        }
        catch (RollingUpdateException exception)
        {
            return End(outputs, exception.Reason, ExitCode.Of(exception.Reason), exception.Message);
        }
    }

    private async Task<int> RollAsync(Inputs inputs, Outputs outputs, CancellationToken cancellationToken)
    {
        foreach (var notice in inputs.Connection.Notices)
        {
            reporter.Notice(notice);
        }

        var file = new StateFile(inputs.StateFile);
        var start = StartingState.From(file.Read(), inputs.Request, UpdateInstanceTypeStrategy.StrategyName);
        using var nodes = new HttpClusterNodes(inputs.Connection, time);
        using var ec2 = Ec2Client.Create(inputs.AwsRegion);
        var instances = new Ec2Instances(ec2);
        var strategy = StrategyOf(start, instances);
        var settings = new RollSettings
        {
            Seeds = await new SeedResolver(time).SeedsAsync(inputs.Connection, cancellationToken),
            InstanceFilters = inputs.InstanceFilters,
            IterationInterval = inputs.IterationInterval,
            MaxReplicationLagBytes = inputs.MaxReplicationLagBytes,
            RollBackOnFailure = inputs.RollBackOnFailure,
        };
        var preflight = new Preflight(nodes, instances, strategy, HostAddresses.ResolveAsync, settings, time);
        var service = new ClusterUpdateService(preflight, nodes, instances, strategy, file, settings, reporter, time);
        reporter.Notice($"Rolling {strategy.Name} to {start.TargetInstanceType} over {inputs.ClusterName}; the state is kept in {inputs.StateFile}.");
        var end = await service.RunAsync(start, inputs.OneIteration, cancellationToken);
        return Conclude(end, outputs);
    }

    private static UpdateInstanceTypeStrategy StrategyOf(ClusterUpdate state, Ec2Instances instances)
    {
        if (state.UpdateStrategy != UpdateInstanceTypeStrategy.StrategyName)
        {
            throw new RollingUpdateException(
                FailureReason.InvalidInput,
                $"The update strategy '{state.UpdateStrategy}' is not known; there is {UpdateInstanceTypeStrategy.StrategyName}. Nothing was changed.");
        }

        return new UpdateInstanceTypeStrategy(instances, state.TargetInstanceType ?? throw new RollingUpdateException(
            FailureReason.InvalidInput,
            $"No target instance type: set {InputNames.TargetInstanceType.Variable}, for example to t3.xlarge. Nothing was changed."));
    }

    private int Conclude(ClusterUpdate end, Outputs outputs)
    {
        var done = end.EventStoreNodeUpdates.Count(node => node.NodeUpdateStatus == UpdateStatus.Success);
        var all = end.EventStoreNodeUpdates.Count;
        if (end.ClusterUpdateStatus != UpdateStatus.Failed)
        {
            outputs.Write(end, null);
            reporter.Notice(end.ClusterUpdateStatus == UpdateStatus.Success
                ? $"Done: {done} of {all} nodes have type {end.TargetInstanceType}, {Outputs.ChangedNodes(end)} of them changed by this update."
                : $"Step taken: {done} of {all} nodes are updated.");
            return ExitCode.Done;
        }

        var failed = end.EventStoreNodeUpdates.First(node => node.NodeUpdateStatus == UpdateStatus.Failed);
        var reason = failed.FailureReason ?? FailureReason.InstanceStartFailed;
        outputs.Write(end, reason);
        error.WriteLine($"error: {ExitCode.NameOf(reason)}: {Printable.Line(failed.FailureMessage ?? "")} {done} of {all} nodes are updated. {ResumeHint(outputs)}");
        return ExitCode.Of(reason);
    }

    private int End(Outputs outputs, FailureReason reason, int exitCode, string message)
    {
        outputs.Write(LastState(outputs), reason);
        error.WriteLine($"error: {ExitCode.NameOf(reason)}: {Printable.Line(message)}");
        return exitCode;
    }

    /// <summary>What an earlier write left; a file that is not valid has been reported already.</summary>
    private static ClusterUpdate? LastState(Outputs outputs)
    {
        try
        {
            return outputs.StateFile is { } path ? new StateFile(path).Read() : null;
        }
        catch (RollingUpdateException)
        {
            return null;
        }
    }

    /// <summary>What a person must know of a roll that was interrupted: who is in the middle of what.</summary>
    private static string LeftBehind(ClusterUpdate? state) => string.Concat(
        (state?.EventStoreNodeUpdates ?? []).Where(node => node.NodeUpdateStatus == UpdateStatus.InProgress).Select(node =>
            $"{node.NodeName} ({node.Ec2InstanceId}) was left in phase {node.NodeUpdateStatusDetail}"
            + (node.CurrentNodePriority < node.OriginalNodePriority
                ? $", with priority {node.CurrentNodePriority} instead of {node.OriginalNodePriority}. "
                : ". ")));

    private static string ResumeHint(Outputs outputs) =>
        $"To resume, run again with the same inputs and the state file {outputs.StateFile}.";
}
