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
internal sealed class RollingUpdateProgram(
    IConfiguration configuration,
    GitHubContext github,
    RunPublisher publisher,
    TimeProvider time)
{
    private readonly DateTimeOffset begun = time.GetUtcNow();

    public async Task<int> RunAsync(Signals signals)
    {
        var end = await EndAsync(signals);
        await publisher.EndAsync(end, signals.TimeToEnd);
        return end.ExitCode;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever happens, a person is told how the run ended.")]
    private async Task<RunEnd> EndAsync(Signals signals)
    {
        try
        {
            var inputs = Inputs.Read(configuration, github.IsActions);
            publisher.Begin(inputs);
            return await RunAsync(inputs, signals);
        }
        catch (Exception exception)
        {
            return RunEnds.Of(exception, signals.ExitWith, publisher.Report);
        }
    }

    private async Task<RunEnd> RunAsync(Inputs inputs, Signals signals)
    {
        foreach (var notice in inputs.Connection.Notices)
        {
            publisher.Notice(notice);
        }

        var file = new StateFile(inputs.StateFile);
        var start = inputs.Mode is Mode.Status ? null : await StartAsync(file, inputs, signals.Token);
        publisher.Found(start);

        using var identity = new OidcToken(Environment.GetEnvironmentVariable, time);
        var session = $"esdb-rolling-update-{github.RunId}".TrimEnd('-');
        var signIn = new AwsSignIn(inputs.AwsRegion, inputs.RoleToAssume, identity, session);
        using var aws = await AwsAccess.OpenAsync(signIn, publisher.Notice, time, signals.Token);
        publisher.In(aws.Region);

        var parts = new RollParts(inputs, publisher, github, time);
        using var roll = new Roll(parts, file, aws)
        {
            Deadline = begun + TimeOf(inputs),
            TimeToEnd = () => signals.TimeToEnd,
        };
        return inputs.Mode switch
        {
            Mode.Status => await LookAsync(roll, file, inputs, signals.Token),
            Mode.Recover => await RecoverAsync(roll, start, signals.Token),
            _ => await RollAsync(roll, start!, signals.Token),
        };
    }

    private async Task<RunEnd> LookAsync(Roll roll, StateFile file, Inputs inputs, CancellationToken cancellationToken)
    {
        using var api = GitHubApi.Create(github, time);
        var found = await EarlierStateIn(api, file, inputs).PeekAsync(cancellationToken);
        var status = await roll.LookAsync(found, cancellationToken);
        publisher.Looked(status);
        return StatusTable.End(status);
    }

    private static async Task<RunEnd> RecoverAsync(Roll roll, ClusterUpdate? found, CancellationToken cancellationToken) =>
        RunEnds.Recovered(await roll.RecoverAsync(found, cancellationToken));

    private async Task<RunEnd> RollAsync(Roll roll, ClusterUpdate start, CancellationToken cancellationToken)
    {
        try
        {
            var end = await roll.RunAsync(start, cancellationToken);
            publisher.Found(end);
            return RunEnds.Of(end, publisher.Report);
        }
        finally
        {
            publisher.Counted(roll.NodeCount);
        }
    }

    private static TimeSpan? TimeOf(Inputs inputs) =>
        inputs.Mode is Mode.Recover ? Recovery.Patience : inputs.TimeLimit;

    /// <summary>Where the run begins. What was found is another update's until it is known to be this one's.</summary>
    private async Task<ClusterUpdate?> StartAsync(StateFile file, Inputs inputs, CancellationToken cancellationToken)
    {
        var found = await FindStateAsync(file, inputs, cancellationToken);
        return inputs.Mode switch
        {
            Mode.Recover => found,
            Mode.Rollback => Named(TakingBack.From(found, inputs.Request), inputs),
            _ => Named(StartOf(found, inputs), inputs),
        };
    }

    private static ClusterUpdate StartOf(ClusterUpdate? found, Inputs inputs)
    {
        var goesOn = inputs.Mode is Mode.Step;
        var start = StartingState.From(found, inputs.Request, StrategyCatalogue.Default, goesOn);
        return start with { TargetVersion = start.TargetVersion ?? inputs.TargetWith(start.UpdateStrategy) };
    }

    private static ClusterUpdate Named(ClusterUpdate start, Inputs inputs) =>
        start with { ClusterName = inputs.ClusterName };

    private async Task<ClusterUpdate?> FindStateAsync(StateFile file, Inputs inputs, CancellationToken cancellationToken)
    {
        using var api = GitHubApi.Create(github, time);
        var earlier = EarlierStateIn(api, file, inputs);
        return inputs.Mode is Mode.Recover
            ? await earlier.FindLocalFirstAsync(cancellationToken)
            : await earlier.FindAsync(cancellationToken);
    }

    private EarlierState EarlierStateIn(GitHubApi? api, StateFile file, Inputs inputs) =>
        new(new StateArtifacts(api), github, publisher)
        {
            File = file,
            Cluster = inputs.ClusterName,
            ResumeRunId = inputs.ResumeRunId,
        };
}
