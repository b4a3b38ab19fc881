using System.Diagnostics;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

/// <summary>What the step that finds the program asks it before anything depends on it.</summary>
public sealed class TlsCheckTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("esdb-tls-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The machine's own loader tells what was loaded: without libssl the process would have ended there.</summary>
    [Theory]
    [InlineData("--check-tls", true)]
    [InlineData("--version", false)]
    public async Task The_check_needs_libssl_as_a_request_to_aws_does_and_the_version_does_not(string argument, bool needs)
    {
        var path = ProgramUnderTest.DefaultPath;
        var start = path.EndsWith(".dll", StringComparison.Ordinal)
            ? new ProcessStartInfo("dotnet", [path, argument])
            : new ProcessStartInfo(path, [argument]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        (start.Environment["LD_DEBUG"], start.Environment["LD_DEBUG_OUTPUT"]) = ("files", Path.Combine(folder, "loaded"));
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        var loaded = string.Concat(Directory.EnumerateFiles(folder).Select(File.ReadAllText));
        Assert.Equal(needs, loaded.Contains("libssl", StringComparison.Ordinal));
    }
}
