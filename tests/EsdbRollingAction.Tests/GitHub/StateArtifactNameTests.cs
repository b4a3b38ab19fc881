using EsdbRollingAction.GitHub;

namespace EsdbRollingAction.Tests.GitHub;

public sealed class StateArtifactNameTests
{
    [Fact]
    public void It_names_the_cluster_the_run_and_the_attempt() =>
        Assert.Equal("esdb-rolling-update-state-orders-42-3", StateArtifactName.Of("orders", 42, 3));

    [Theory]
    [InlineData("a:b")]
    [InlineData("a/b\\c")]
    [InlineData("\"<>|*?")]
    [InlineData("a\r\nb")]
    [InlineData("a\u0000b")]
    [InlineData("a\ud800b")]
    public void What_GitHub_refuses_is_replaced(string cluster)
    {
        var name = StateArtifactName.Of(cluster, 42, 3);

        Assert.Matches("^esdb-rolling-update-state-[ab c-]+-[0-9a-f]{8}-42-3$", name);
        Assert.Equal(3, StateArtifactName.AttemptOf(name, cluster, 42));
    }

    [Fact]
    public void Clusters_that_look_alike_when_replaced_or_cut_keep_different_names()
    {
        var endless = new string('x', 300);
        string[] clusters = ["a/b", "a:b", "a-b", endless, endless + "y", endless[..80], endless[..81]];

        var names = clusters.Select(cluster => StateArtifactName.Of(cluster, 42, 3)).ToList();

        Assert.Equal(clusters.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.InRange(name.Length, 1, 130));
    }

    [Fact]
    public void A_cut_does_not_halve_a_letter()
    {
        var name = StateArtifactName.Of(new string('x', 79) + "😀😀", 42, 3);

        Assert.DoesNotContain(name, char.IsSurrogate);
    }

    [Theory]
    [InlineData("esdb-rolling-update-state-orders-42-7", 7)]
    [InlineData("esdb-rolling-update-state-orders-2-42-7", null)]
    [InlineData("esdb-rolling-update-state-orders-421-7", null)]
    [InlineData("esdb-rolling-update-state-orders-42-7-1", null)]
    [InlineData("esdb-rolling-update-state-orders-42-", null)]
    [InlineData("esdb-rolling-update-state-orders-42--7", null)]
    [InlineData("x-esdb-rolling-update-state-orders-42-7", null)]
    [InlineData(null, null)]
    public void Only_the_same_cluster_and_run_match(string? name, int? attempt) =>
        Assert.Equal(attempt, StateArtifactName.AttemptOf(name, "orders", 42));
}
