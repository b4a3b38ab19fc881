using System.Diagnostics;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>The release script against a git and a gh that only note what they are asked.</summary>
public sealed class PublishTests : IDisposable
{
    private static readonly string[] Programs =
        ["linux-arm64/esdb-rolling-update", "linux-x64/esdb-rolling-update", "osx-arm64/esdb-rolling-update", "win-x64/esdb-rolling-update.exe"];

    private readonly string folder = Directory.CreateTempSubdirectory("esdb-publish-").FullName;

    public PublishTests()
    {
        foreach (var program in Programs)
        {
            Write(Path.Combine("dist", program), "a program");
        }

        Write(".github/release/publish", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "release", "publish")));
        Write(".github/release/notes", "#!/bin/bash");
        Write("bin/git", """
            #!/bin/bash
            echo "git $*" >>asked
            """);
    }

    private string[] Asked => File.ReadAllLines(Path.Combine(folder, "asked"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_draft_gets_its_assets_and_is_published_and_then_the_major_tag_moves()
    {
        await PublishAsync(isDraft: true);

        Assert.Equal(
            ["gh release upload", "gh release edit", "git push --force"],
            Asked.Where(line => line.Contains("upload", StringComparison.Ordinal) || line.Contains("edit", StringComparison.Ordinal) || line.Contains("--force origin", StringComparison.Ordinal))
                .Select(line => string.Join(' ', line.Split(' ').Take(3))));
    }

    [Fact]
    public async Task A_release_that_broke_off_when_it_was_published_goes_on_with_the_major_tag()
    {
        await PublishAsync(isDraft: false);

        Assert.DoesNotContain(Asked, line => line.StartsWith("gh release upload", StringComparison.Ordinal) || line.StartsWith("gh release edit", StringComparison.Ordinal));
        Assert.Equal("git push --force origin HEAD:refs/tags/v1", Asked[^1]);
    }

    private async Task PublishAsync(bool isDraft)
    {
        Write("bin/gh", $"""
            #!/bin/bash
            echo "gh $*" >>asked
            case "$*" in *isDraft*) echo {(isDraft ? "true" : "false")} ;; esac
            """);
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(folder, ".github/release/publish")]) { RedirectStandardError = true };
        start.Environment["PATH"] = $"{folder}/bin:{start.Environment["PATH"]}";
        start.Environment["VERSION"] = "1.2.3";
        start.Environment["RUNNER_TEMP"] = folder;
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error);
    }

    private void Write(string name, string content)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
