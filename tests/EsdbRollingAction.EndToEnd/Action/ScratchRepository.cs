using System.Diagnostics;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>
/// A repository that makes releases with the project's own scripts and a real git: a bare origin, and for every job a fresh checkout, as
/// a runner has it. <c>gh</c> only notes what it is asked.
/// </summary>
internal sealed class ScratchRepository : IDisposable
{
    private static readonly string[] Programs =
    [
        "linux-arm64/esdb-rolling-update", "linux-x64/esdb-rolling-update",
        "osx-arm64/esdb-rolling-update", "win-x64/esdb-rolling-update.exe",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("esdb-publish-").FullName;
    private int checkouts;

    private ScratchRepository()
    {
    }

    /// <summary>What git was asked to push and gh to do, in order.</summary>
    public string[] Asked => File.Exists(Path.Combine(folder, "asked")) ? File.ReadAllLines(Path.Combine(folder, "asked")) : [];

    /// <summary>Whether a release on GitHub is a draft still.</summary>
    public bool IsDraft { get; set; } = true;

    /// <summary>Whether GitHub's API fails.</summary>
    public bool IsGitHubDown { get; set; }

    private string Origin => Path.Combine(folder, "origin.git");

    private string Main => Path.Combine(folder, "main");

    public static async Task<ScratchRepository> CreateAsync()
    {
        var repository = new ScratchRepository();
        await GitAsync(repository.folder, "init", "--quiet", "--bare", "--initial-branch", "main", repository.Origin);
        await GitAsync(repository.folder, "clone", "--quiet", repository.Origin, repository.Main);
        await GitAsync(repository.Main, "checkout", "--quiet", "-b", "main");
        foreach (var script in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "release")))
        {
            Write(Path.Combine(repository.Main, ".github/release", Path.GetFileName(script)), await File.ReadAllTextAsync(script));
        }

        Write(Path.Combine(repository.Main, ".github/action/find-program"), "#!/bin/bash");
        Write(Path.Combine(repository.folder, "bin/git"), """
            #!/bin/bash
            [ "$1" != push ] || echo "git $*" >>"$ASKED"
            PATH=${PATH#*:} exec git "$@"
            """);
        Write(Path.Combine(repository.folder, "bin/gh"), """
            #!/bin/bash
            echo "gh $*" >>"$ASKED"
            [ "$GITHUB_IS" = up ] || exit 1
            case "$*" in *isDraft*) echo "$IS_DRAFT" ;; esac
            """);
        return repository;
    }

    /// <summary>Merges to main what names the version.</summary>
    /// <returns>The commit.</returns>
    public async Task<string> NameVersionAsync(string version)
    {
        Write(Path.Combine(Main, "Directory.Build.props"), $"<Version>{version}</Version>");
        Write(Path.Combine(Main, "CHANGELOG.md"), $"## [{version}] - 2026-01-31\n\n- Something.");
        Write(Path.Combine(Main, ".github/workflows/rolling-update.yml"), $"      - uses: org/esdb-rolling-update@v{version}");
        await GitAsync(Main, "add", "--all");
        await GitAsync(Main, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", $"Name {version}");
        await GitAsync(Main, "push", "--quiet", "origin", "main");
        return await GitAsync(Main, "rev-parse", "HEAD");
    }

    /// <summary>What the workflow does: looks whether the commit can be released, and publishes the programs.</summary>
    public async Task ReleaseAsync(string version, string commit)
    {
        Assert.Equal((0, ""), await RunAsync("check", version, commit));
        Assert.Equal((0, ""), await RunAsync("publish", version, commit));
    }

    /// <summary>One script of the release, in a fresh checkout.</summary>
    /// <returns>Exit code, and what was wrong if it is not 0.</returns>
    public async Task<(int ExitCode, string Error)> RunAsync(string script, string version, string commit)
    {
        var checkout = Path.Combine(folder, $"checkout{++checkouts}");
        await GitAsync(folder, "clone", "--quiet", Origin, checkout);
        await GitAsync(checkout, "checkout", "--quiet", "--detach", commit);
        foreach (var program in Programs)
        {
            Write(Path.Combine(checkout, "dist", program), $"program {version}");
        }

        var start = Start(Path.Combine(checkout, ".github/release", script), checkout);
        start.Environment["PATH"] = $"{folder}/bin:{start.Environment["PATH"]}";
        start.Environment["ASKED"] = Path.Combine(folder, "asked");
        start.Environment["GITHUB_IS"] = IsGitHubDown ? "down" : "up";
        start.Environment["IS_DRAFT"] = IsDraft ? "true" : "false";
        start.Environment["VERSION"] = version;
        start.Environment["RUNNER_TEMP"] = Directory.CreateDirectory($"{checkout}-temp").FullName;
        start.Environment["GITHUB_REF"] = "refs/heads/main";
        start.Environment["GITHUB_REPOSITORY"] = "org/esdb-rolling-update";
        var (exitCode, output, error) = await EndAsync(start);
        return (exitCode, exitCode == 0 ? "" : output + error);
    }

    /// <summary>Asks the origin.</summary>
    public Task<string> OriginAsync(params string[] arguments) => GitAsync(Origin, arguments);

    /// <summary>Asks the origin something that is answered by the exit code.</summary>
    public async Task<bool> HoldsAsync(params string[] arguments) => (await EndAsync(Start("git", Origin, arguments))).ExitCode == 0;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<string> GitAsync(string where, params string[] arguments)
    {
        var (exitCode, output, error) = await EndAsync(Start("git", where, arguments));
        return exitCode == 0 ? output.TrimEnd() : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error}");
    }

    private static ProcessStartInfo Start(string program, string where, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = where,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["GIT_CONFIG_GLOBAL"], start.Environment["GIT_CONFIG_SYSTEM"]) = ("/dev/null", "/dev/null");
        return start;
    }

    private static async Task<(int ExitCode, string Output, string Error)> EndAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }

    private static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content.TrimEnd() + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
