using System.Diagnostics.CodeAnalysis;
using EsdbRollingAction.Core.Aws;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
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
        await publisher.EndAsync(end, signals.TimeToEnd);
        return end.ExitCode;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever happens, a person is told how the run ended; what nobody expected is called so.")]
    private async Task<RunEnd> EndAsync(Signals signals)
    {
        try
        {
            var inputs = Inputs.Read(configuration, github.IsActions);
            publisher.Begin(inputs);
            return await RollAsync(inputs, signals);
        }
        catch (Exception exception)
        {
            return RunEnds.Of(exception, signals.ExitWith, publisher.Report);
        }
    }

    private async Task<RunEnd> RollAsync(Inputs inputs, Signals signals)
    {
        var cancellationToken = signals.Token;
        foreach (var notice in inputs.Connection.Notices)
        {
            publisher.Notice(notice);
        }

        var file = new StateFile(inputs.StateFile);
        var found = await FindStateAsync(file, inputs, cancellationToken);
        var start = inputs.Mode == Mode.Recover ? found : StartFrom(found, inputs);
        publisher.Found(start);
        using var identity = new OidcToken(Environment.GetEnvironmentVariable, time);
        var signIn = new AwsSignIn(inputs.AwsRegion, inputs.RoleToAssume, identity, $"esdb-rolling-update-{github.RunId}".TrimEnd('-'));
        using var aws = await AwsAccess.OpenAsync(signIn, publisher.Notice, time, cancellationToken);
        publisher.In(aws.Region);
        var roll = new Roll(new RollParts(inputs, publisher, github, time), file, aws.Ec2, aws.AutoScaling)
        {
            Deadline = begun + (inputs.Mode == Mode.Recover ? Recovery.Patience : inputs.TimeLimit),
            TimeToEnd = () => signals.TimeToEnd,
        };
        if (inputs.Mode == Mode.Recover)
        {
            return RunEnds.Recovered(await roll.RecoverAsync(found, cancellationToken), publisher.Report);
        }

        try
        {
            var end = await roll.RunAsync(start!, cancellationToken);
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
            : StartingState.From(found, inputs.Request, StrategyCatalogue.Default, goesOn: inputs.Mode == Mode.Step))
        with
        { ClusterName = inputs.ClusterName };

    private async Task<ClusterUpdate?> FindStateAsync(StateFile file, Inputs inputs, CancellationToken cancellationToken)
    {
        using var api = GitHubApi.Create(github, time);
        var earlier = new EarlierState(new StateArtifacts(api, time), github, publisher.Notice, publisher.Warn);
        return inputs.Mode == Mode.Recover
            ? await earlier.FindLocalFirstAsync(file, inputs.ClusterName, inputs.ResumeRunId, cancellationToken)
            : await earlier.FindAsync(file, inputs.ClusterName, inputs.ResumeRunId, cancellationToken);
    }
}
