using System.Security.Cryptography;

namespace EsdbRollingAction.EndToEnd.Action;

[Exhaustive]
public class BuildFromSourceTests
{
    private static readonly string[] Built = ["bin", "obj"];

    [Fact]
    public async Task A_branch_has_no_program_so_it_is_built_and_the_checkout_stays_as_it_is()
    {
        using var runner = new Runner();
        CopySource(runner.ActionFolder);
        var before = Hashes(runner.ActionFolder);

        var result = await runner.UseActionAsync(
            new Dictionary<string, string> { ["connection-string"] = "http://127.0.0.1" }, TestContext.Current.CancellationToken);

        Require.That(result.Steps["program"].Outcome == "success", result);
        Assert.Equal(("failure", 2), (result.Conclusion, result.Steps["roll"].ExitCode));
        Assert.Equal("invalid-input", result.Outputs["failure-reason"]);
        Assert.Equal(before, Hashes(runner.ActionFolder));
    }

    [Fact]
    public async Task Source_that_cannot_be_built_is_said_to_need_an_sdk()
    {
        using var runner = new Runner();
        CopySource(runner.ActionFolder);
        await File.WriteAllTextAsync(
            Path.Combine(runner.ActionFolder, "global.json"), """{"sdk":{"version":"99.0.100"}}""", TestContext.Current.CancellationToken);

        var result = await runner.UseActionAsync(
            new Dictionary<string, string> { ["connection-string"] = "esdb://node" }, TestContext.Current.CancellationToken);

        Assert.Equal(("failure", "skipped"), (result.Conclusion, result.Steps["roll"].Outcome));
        Assert.Equal(("program-not-found", "false"), (result.Outputs["failure-reason"], result.Outputs["resumable"]));
        Assert.Contains("put actions/setup-dotnet with dotnet-version 10.0.x before this step", result.ToString(), StringComparison.Ordinal);
    }

    private static void CopySource(string destination)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "EsdbRollingAction.sln")))
        {
            root = root.Parent!;
        }

        foreach (var file in root.EnumerateFiles().Concat(new DirectoryInfo(Path.Combine(root.FullName, "src")).EnumerateFiles("*", SearchOption.AllDirectories)))
        {
            var path = Path.GetRelativePath(root.FullName, file.FullName);
            if (!path.Split(Path.DirectorySeparatorChar).Intersect(Built).Any())
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(destination, path))!);
                file.CopyTo(Path.Combine(destination, path), overwrite: true);
            }
        }
    }

    private static SortedDictionary<string, string> Hashes(string folder) => new(Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(path => path, path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))));
}
