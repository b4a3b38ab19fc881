using System.Text.Json;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Status;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction.Tests.GitHub;

public sealed class EarlierStateTests : INotices, IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("esdb-earlier-").FullName;
    private readonly List<string> notices = [];
    private readonly List<string> warnings = [];
    private readonly Dictionary<(long Run, int Attempt), byte[]> saved = [];
    private readonly StubGitHub github;

    public EarlierStateTests() => github = new StubGitHub(request => Answer(request.Path));

    private StateFile File => new(Path.Combine(folder, "state.json"));

    public void Dispose()
    {
        github.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_an_attempt_before_saved_is_carried_on_and_is_at_the_state_file()
    {
        Save(42, Of("t2.xlarge", Noon));

        Assert.Equal("t2.xlarge", (await FindAsync())?.TargetInstanceType);
        Assert.Equal("t2.xlarge", File.Read()?.TargetInstanceType);
        Assert.Equal("The state is carried on from esdb-rolling-update-state-orders-42-1.", Assert.Single(notices));
    }

    [Theory]
    [InlineData(0, "by hand")]
    [InlineData(1, "by hand")]
    [InlineData(-1, "saved")]
    public async Task The_newer_of_file_and_artifact_is_carried_on_and_of_the_same_age_the_file(int fileIsMinutesNewer, string carriedOn)
    {
        File.Write(Of("by hand", Noon.AddMinutes(fileIsMinutesNewer)));
        Save(42, Of("saved", Noon));

        Assert.Equal(carriedOn, (await FindAsync())?.TargetInstanceType);
        Assert.Equal(carriedOn, File.Read()?.TargetInstanceType);
    }

    [Theory]
    [InlineData(0, false, "file")]
    [InlineData(5, false, "named")]
    [InlineData(5, true, "named")]
    public async Task A_run_that_is_named_wins_over_the_file_of_another_update_or_plan_however_new(int startedMinutesLater, bool isPlan, string carriedOn)
    {
        File.Write(Of("file", isPlan ? null : Noon.AddMinutes(9)) with
        {
            StartedAt = isPlan ? null : Noon.AddMinutes(startedMinutesLater),
            PlanDigest = isPlan ? "d1" : null,
            EventStoreNodeUpdates = [new NodeUpdate { NodeName = "n", NodeAddress = "n.test", NodePort = 2113 }],
        });
        Save(7, Of("named", Noon) with { StartedAt = Noon });

        Assert.Equal(carriedOn, (await FindAsync(resume: 7))?.TargetInstanceType);
    }

    [Fact]
    public async Task A_file_that_is_replaced_is_kept_beside_it_and_that_is_said()
    {
        File.Write(Of("first", Noon.AddMinutes(-1)));
        Save(42, Of("saved", Noon));
        await FindAsync();
        File.Write(Of("second", Noon.AddMinutes(-1)));
        await FindAsync();

        Assert.Equal("first", new StateFile(File.Path + ".replaced").Read()?.TargetInstanceType);
        Assert.Equal("second", new StateFile(File.Path + ".replaced-2").Read()?.TargetInstanceType);
        Assert.Contains("kept as " + File.Path + ".replaced-2", notices[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m5.large", 0, "m5.large")]
    [InlineData("saved", 1, "by-hand")]
    [InlineData("saved", 0, "saved")]
    public async Task A_file_that_a_person_wrote_is_carried_on_unless_it_only_asks_for_what_the_artifact_is_in_the_middle_of(
        string target, int nodes, string carriedOn)
    {
        var node = new NodeUpdate { NodeName = "n", NodeAddress = "n.test", NodePort = 2113, Ec2InstanceId = "by-hand" };
        File.Write(Of(target, null) with { EventStoreNodeUpdates = [.. Enumerable.Repeat(node, nodes)] });
        Save(42, Of("saved", Noon));

        var found = await FindAsync();

        Assert.Equal(carriedOn, found!.EventStoreNodeUpdates.Count > 0 ? found.EventStoreNodeUpdates[0].Ec2InstanceId : found.TargetInstanceType);
    }

    [Fact]
    public async Task The_state_of_another_cluster_is_set_aside_with_a_warning()
    {
        File.Write(Of("another's", Noon) with { ClusterName = "payments" });

        Assert.Null(await FindAsync());
        Assert.Null(File.Read());
        Assert.Equal("another's", new StateFile(File.Path + ".replaced").Read()?.TargetInstanceType);
        Assert.Contains("'payments', not of 'orders'", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_of_another_cluster_in_the_artifact_of_this_one_is_left_out()
    {
        File.Write(Of("this one's", Noon) with { ClusterName = "Orders" });
        Save(42, Of("another's", Noon.AddMinutes(1)) with { ClusterName = "payments" });

        Assert.Equal("this one's", (await FindAsync())?.TargetInstanceType);
        Assert.Contains("'payments'", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_run_to_resume_is_asked_only_when_this_run_has_saved_nothing()
    {
        Save(7, Of("resumed", Noon));

        Assert.Equal("resumed", (await FindAsync(resume: 7))?.TargetInstanceType);

        Save(42, Of("this run's", Noon.AddMinutes(1)));

        Assert.Equal("this run's", (await FindAsync(resume: 7))?.TargetInstanceType);
    }

    [Fact]
    public async Task A_run_to_resume_that_saved_nothing_is_warned_of()
    {
        await FindAsync(resume: 7, attempt: 1);

        Assert.Contains("run 7 has none of this cluster", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Empty(notices);
    }

    [Fact]
    public async Task An_artifact_that_is_no_state_is_left_out_and_the_file_stays_as_it_is()
    {
        File.Write(Of("by hand", Noon));
        Save(42, "{ oops }"u8.ToArray());

        Assert.Equal("by hand", (await FindAsync())?.TargetInstanceType);
        Assert.Contains("does not hold a valid state", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_state_is_refused_and_left_as_it_is()
    {
        await System.IO.File.WriteAllTextAsync(File.Path, "{ oops }", TestContext.Current.CancellationToken);
        Save(42, Of("saved", Noon));

        Assert.Equal(FailureReason.InvalidInput, (await Assert.ThrowsAsync<RollingUpdateException>(() => FindAsync())).Reason);
        Assert.Equal("{ oops }", await System.IO.File.ReadAllTextAsync(File.Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nothing_saved_is_said_in_a_later_attempt_and_not_in_the_first()
    {
        Assert.Null(await FindAsync());
        Assert.Contains("No saved state", Assert.Single(notices), StringComparison.Ordinal);
        notices.Clear();

        Assert.Null(await FindAsync(attempt: 1));
        Assert.Empty(notices);
    }

    [Fact]
    public async Task One_that_only_looks_sees_the_file_or_what_the_named_run_saved_and_writes_neither()
    {
        Save(77, Of("saved", Noon));

        var saved = await PeekAsync(resume: 77);
        Assert.Equal(("esdb-rolling-update-state-orders-77-1", "saved"), (saved.Place, saved.State!.TargetInstanceType));
        Assert.Null((await PeekAsync()).State);
        Assert.False(System.IO.File.Exists(File.Path));

        File.Write(Of("by hand", Noon.AddDays(-1)));
        Assert.Equal("by hand", (await PeekAsync(resume: 77)).State!.TargetInstanceType);
        Assert.Equal("by hand", File.Read()!.TargetInstanceType);
    }

    [Fact]
    public async Task One_that_only_looks_leaves_another_cluster_s_file_where_it_is_and_says_what_cannot_be_read()
    {
        File.Write(Of("theirs", Noon) with { ClusterName = "payments" });
        Assert.Equal(new FoundUpdate(File.Path, State: null), await PeekAsync());

        await System.IO.File.WriteAllTextAsync(File.Path, "{", TestContext.Current.CancellationToken);
        Assert.Contains("is not valid", (await PeekAsync()).Problem, StringComparison.Ordinal);
        Assert.Equal([File.Path], Directory.GetFiles(folder));
    }

    private async Task<FoundUpdate> PeekAsync(long? resume = null)
    {
        using var api = GitHubApi.Create(github.Context, TimeProvider.System);
        return await Earlier(api, github.Context, resume).PeekAsync(TestContext.Current.CancellationToken);
    }

    private async Task<ClusterUpdate?> FindAsync(long? resume = null, int attempt = 3)
    {
        var context = github.Context with { RunAttempt = attempt };
        using var api = GitHubApi.Create(context, TimeProvider.System);
        return await Earlier(api, context, resume).FindAsync(TestContext.Current.CancellationToken);
    }

    private EarlierState Earlier(GitHubApi? api, GitHubContext context, long? resume) =>
        new(new StateArtifacts(api), context, this) { File = File, Cluster = "orders", ResumeRunId = resume };

    void INotices.Notice(string text) => notices.Add(text);

    void INotices.Warn(string text) => warnings.Add(text);

    private static ClusterUpdate Of(string target, DateTimeOffset? lastIteration) => new()
    {
        UpdateStrategy = "Ec2InstanceTypeUpdate",
        TargetInstanceType = target,
        ClusterUpdateStatus = UpdateStatus.InProgress,
        LastIterationAt = lastIteration,
    };

    private void Save(long run, ClusterUpdate state)
    {
        var written = new StateFile(Path.Combine(folder, "saved.json"));
        written.Write(state);
        Save(run, System.IO.File.ReadAllBytes(written.Path));
    }

    private void Save(long run, byte[] state) => saved[(run, 1)] = StubGitHub.Zip(("state.json", state));

    private StubAnswer Answer(string path)
    {
        var parts = path.Split('/');
        if (parts[^1] == "zip")
        {
            return new StubAnswer(200, saved.Single(artifact => $"{artifact.Key.Run}" == parts[^2]).Value);
        }

        var list = saved.Keys.Where(key => $"{key.Run}" == parts[^2])
            .Select(key => new { id = key.Run, name = $"esdb-rolling-update-state-orders-{key.Run}-{key.Attempt}", expired = false });
        return new StubAnswer(200, JsonSerializer.Serialize(new { total_count = list.Count(), artifacts = list }));
    }
}
