using System.Diagnostics.CodeAnalysis;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Core.Updating;
using EsdbRollingAction.GitHub;
using Microsoft.Extensions.Configuration;

namespace EsdbRollingAction;

/// <summary>One run: inputs in, exit code out.</summary>
/// <param name="configuration">The inputs, as they were given.</param>
/// <param name="github">The workflow run around it, if there is one.</param>
/// <param name="publisher">Who shows it.</param>
/// <param name="time">The clock.</param>
internal sealed class RollingUpdateProgram(IConfiguration configuration, GitHubContext github, RunPublisher publisher, TimeProvider time)
{
    private readonly DateTimeOffset begun = time.GetUtcNow();

    public async Task<int> RunAsync(Signals signals)
    {
        var end = await EndAsync(signals);
        await publisher.EndAsync(end);
        return end.ExitCode;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever happens, a person is told how the run ended; what nobody expected is called so.")]
    private async Task<RunEnd> EndAsync(Signals signals)
    {
        try
        {
            var inputs = Inputs.Read(configuration, github.IsActions);
            publisher.Begin(inputs);
            return await RollAsync(inputs, signals.Token);
        }
        catch (Exception exception)
        {
            return RunEnds.Of(exception, signals.ExitWith, publisher.Report);
        }
    }

    private async Task<RunEnd> RollAsync(Inputs inputs, CancellationToken cancellationToken)
    {
        foreach (var notice in inputs.Connection.Notices)
        {
            publisher.Notice(notice);
        }

        var file = new StateFile(inputs.StateFile);
        var found = await FindStateAsync(file, inputs, cancellationToken);
        var start = StartFrom(found, inputs);
        publisher.Found(start);
        using var session = await SessionAsync(inputs, cancellationToken);
        using var ec2 = Ec2Client.Create(inputs.AwsRegion, session.Credentials);
        using var once = Ec2Client.Create(inputs.AwsRegion, session.Credentials, repeats: false);
        using var autoScaling = new AutoScalingApi(inputs.AwsRegion, session.Credentials, time);
        var roll = new Roll(inputs, publisher, github, begun + inputs.TimeLimit, time);
        try
        {
            var end = await roll.RunAsync(start, file, new Ec2Calls(ec2, once), autoScaling, cancellationToken);
            publisher.Found(end);
            return RunEnds.Of(end, publisher.Report);
        }
        finally
        {
            publisher.Counted(roll.NodeCount);
        }
    }

    /// <summary>What was found is another update's until it is known to be this one's.</summary>
    private static ClusterUpdate StartFrom(ClusterUpdate? found, Inputs inputs) =>
        (inputs.Mode == Mode.Rollback
            ? TakingBack.From(found, inputs.Request)
            : StartingState.From(found, inputs.Request, UpdateInstanceTypeStrategy.StrategyName, goesOn: inputs.Mode == Mode.Step))
        with
        { ClusterName = inputs.ClusterName };

    private async Task<ClusterUpdate?> FindStateAsync(StateFile file, Inputs inputs, CancellationToken cancellationToken)
    {
        using var api = GitHubApi.Create(github, time);
        return await new EarlierState(new StateArtifacts(api, time), github, publisher.Notice, publisher.Warn)
            .FindAsync(file, inputs.ClusterName, inputs.ResumeRunId, cancellationToken);
    }

    /// <summary>The role's session, or none: then the SDK looks for credentials by itself.</summary>
    private async Task<AwsLogin> SessionAsync(Inputs inputs, CancellationToken cancellationToken) => inputs.RoleToAssume is { } role
        ? await AwsLogin.AsAsync(
            new RoleToAssume(role, $"esdb-rolling-update-{github.RunId}", inputs.AwsRegion), publisher.Notice, time, cancellationToken)
        : new AwsLogin();
}
