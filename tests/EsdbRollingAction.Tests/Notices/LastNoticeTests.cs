using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub;
using EsdbRollingAction.Log;
using EsdbRollingAction.Tests.Cluster;
using EsdbRollingAction.Tests.GitHub;
using EsdbRollingAction.Tests.Log;
using Microsoft.Extensions.Configuration;

namespace EsdbRollingAction.Tests.Notices;

/// <summary>How long the end of a run is held by an address that says nothing, in virtual time.</summary>
public sealed class LastNoticeTests : IAsyncDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan GivesUp = TimeSpan.FromSeconds(30);

    private readonly WatchedTime time = new();
    private readonly StringWriter output = new();
    private readonly RawNode silent = RawNode.Silent();
    private readonly ConsoleReporter console;
    private readonly RunPublisher publisher;

    public LastNoticeTests()
    {
        console = new ConsoleReporter(new LogWriter(output, output, LogFixture.Plain), time);
        publisher = new RunPublisher(GitHubContext.Read(_ => null), console, time);
    }

    public async ValueTask DisposeAsync()
    {
        await publisher.DisposeAsync();
        console.Dispose();
        await silent.DisposeAsync();
        await output.DisposeAsync();
    }

    [Fact]
    public async Task A_run_that_failed_ends_five_seconds_later_at_most() =>
        await AssertEndsWithinAsync(
            TimeSpan.FromSeconds(5), new RunEnd(ExitCode.UpdateFailed, FailureReason.InstanceStartFailed, "It failed."), TimeToEnd.AfterTerminate);

    [Fact]
    public async Task A_cancelled_run_ends_in_the_time_that_is_left_for_telling_of_it() =>
        await AssertEndsWithinAsync(
            TimeToEnd.AfterTerminate.ForProgress, new RunEnd(ExitCode.Terminated, FailureReason.Cancelled, "Cancelled."), TimeToEnd.AfterTerminate);

    [Fact]
    public async Task A_plan_waits_for_nothing()
    {
        Begin("plan");

        await publisher.EndAsync(new RunEnd(ExitCode.Refused, FailureReason.PreflightRefused, "Refused."), TimeToEnd.AfterTerminate);
    }

    private async Task AssertEndsWithinAsync(TimeSpan limit, RunEnd end, TimeToEnd left)
    {
        Begin("apply");

        var ending = publisher.EndAsync(end, left);
        time.Advance(limit - Moment);
        Assert.False(ending.IsCompleted);
        time.Advance(Moment);

        await ending.WaitAsync(GivesUp, TestContext.Current.CancellationToken);
        Assert.Contains("it was not answered before the run ended", output.ToString(), StringComparison.Ordinal);
    }

    private void Begin(string mode)
    {
        var inputs = new Dictionary<string, string?>
        {
            [InputNames.Mode.Key] = mode,
            [InputNames.ConnectionString.Key] = "esdb://node",
            [InputNames.NotifyUrl.Key] = $"https://{silent.Endpoint}/a-token-that-nobody-may-see",
        };
        publisher.Begin(Inputs.Read(new ConfigurationBuilder().AddInMemoryCollection(inputs).Build(), inActions: false));
    }
}
