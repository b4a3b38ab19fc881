using System.Net;
using System.Net.Sockets;
using EsdbRollingAction.Sandbox.CommandLine;
using EsdbRollingAction.Sandbox.Resuming;

namespace EsdbRollingAction.Models.Tests.Sandbox.CommandLine;

/// <summary>The command where nothing is rolled.</summary>
public sealed class SandboxCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("esdb-test-").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        output.Dispose();
        error.Dispose();
    }

    [Theory]
    [InlineData("--resume")]
    [InlineData("--mode", "plan", "--resume")]
    public async Task Without_anything_to_resume_it_says_so(params string[] words)
    {
        await AssertRefusedAsync($"There is nothing to resume: no sandbox command has left a cluster in {folder}.", words);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_has_nothing_to_resume_and_is_not_made()
    {
        var missing = Path.Combine(folder, "missing");

        Assert.Equal(2, await SandboxCommand.RunAsync(["--resume", "--folder", missing], output, error));

        Assert.StartsWith("There is nothing to resume", error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(missing));
    }

    [Fact]
    public async Task Without_the_state_of_a_roll_there_is_nothing_to_roll_back()
    {
        Keep(new VirtualCluster());

        await AssertRefusedAsync("There is nothing to roll back: no roll has left its state at ", "--mode", "rollback");
    }

    [Fact]
    public async Task A_folder_that_another_command_uses_is_left_to_it()
    {
        using var other = RollFolder.Open(folder, resumes: false);

        await AssertRefusedAsync($"Another sandbox command uses {folder}.", "--mode", "plan");
    }

    [Fact]
    public async Task A_folder_that_is_a_file_cannot_be_used()
    {
        var file = Path.Combine(folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        Assert.Equal(2, await SandboxCommand.RunAsync(["--folder", file], output, error));

        Assert.StartsWith($"The folder {file} cannot be used: ", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"Nodes":null,"Leader":"test-node"}""")]
    [InlineData("""{"Nodes":[],"Leader":"test-node"}""")]
    [InlineData("""{"Nodes":[{"Name":"test-node","InstanceId":"i-1"}],"Leader":"test-node"}""")]
    public async Task A_cluster_that_cannot_be_read_is_told_with_its_file(string json)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "sandbox-cluster.json"), json, TestContext.Current.CancellationToken);

        await AssertRefusedAsync($"The cluster in {Path.Combine(folder, "sandbox-cluster.json")} cannot be built again: ", "--resume");
    }

    /// <summary>Building takes a moment, so what is built is said before: also where the building fails.</summary>
    [Fact]
    public async Task The_first_line_says_what_is_built_before_anything_is_built()
    {
        using var elsewhere = new TcpListener(IPAddress.Parse("127.0.0.1"), 0);
        elsewhere.Start();
        Keep(new VirtualCluster(), ((IPEndPoint)elsewhere.LocalEndpoint).Port);

        await AssertRefusedAsync("The cluster cannot be built again: something else listens on 127.0.0.1:", "--resume");

        Assert.StartsWith(
            "Building the cluster again as it was left: 4 nodes (3 voters, 1 read-only replica), an EC2 endpoint, and 4 clients writing",
            output.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("20 model seconds are one real second", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_command_line_is_said_on_standard_error_with_where_help_is()
    {
        Assert.Equal(2, await SandboxCommand.RunAsync(["--mode", "everything"], output, error));

        Assert.Equal("everything is not a mode: there are plan, apply and rollback. See --help.", error.ToString().TrimEnd());
    }

    private void Keep(VirtualCluster cluster, int? port = null)
    {
        var left = LeftCluster.Of(cluster.Options, cluster.Model);
        using var kept = RollFolder.Open(folder, resumes: false);
        var nodes = left.Nodes.Select(node => node with { Left = node.Left! with { Port = port ?? node.Left.Port } });
        kept.Keep(left with { Nodes = [.. nodes] });
    }

    private async Task AssertRefusedAsync(string beginning, params string[] words)
    {
        Assert.Equal(2, await SandboxCommand.RunAsync([.. words, "--folder", folder], output, error));
        Assert.StartsWith(beginning, error.ToString(), StringComparison.Ordinal);
    }
}
