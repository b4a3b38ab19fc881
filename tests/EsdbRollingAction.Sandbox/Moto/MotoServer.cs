using System.Diagnostics;

namespace EsdbRollingAction.Sandbox.Moto;

/// <summary>moto (<c>moto_server</c>): an EC2 written by other people, from AWS's own description of the interface.</summary>
/// <remarks>It knows the real catalogue of types and the real errors, but stops and starts at once and lets a running instance change its type.</remarks>
public sealed class MotoServer : IAsyncDisposable
{
    private const string Announcement = "Running on ";
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private MotoServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Value for <c>AWS_ENDPOINT_URL_EC2</c>.</summary>
    public Uri Address { get; }

    /// <summary>Whether the program is on the <c>PATH</c>.</summary>
    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "moto_server")));

    /// <summary>Starts a server of its own, with an empty account, on a free port of the loopback.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not say where it listens, within a minute.</exception>
    public static async Task<MotoServer> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("moto_server", ["-H", "127.0.0.1", "-p", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Python holds back what it writes to a pipe, and the address is in it.
        start.Environment["PYTHONUNBUFFERED"] = "1";
        var process = Process.Start(start) ?? throw new InvalidOperationException("moto_server did not start.");
        try
        {
            var address = await AddressOfAsync(process).WaitAsync(StartsWithin, cancellationToken);
            return new MotoServer(process, address);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<Uri> AddressOfAsync(Process process)
    {
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Read(string? line)
        {
            // The pipes are read to their end: a full one would stop the server.
            var announced = line?.IndexOf(Announcement, StringComparison.Ordinal) ?? -1;
            if (announced >= 0)
            {
                address.TrySetResult(new Uri(line![(announced + Announcement.Length)..].Trim()));
            }
        }

        process.OutputDataReceived += (_, e) => Read(e.Data);
        process.ErrorDataReceived += (_, e) => Read(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExitAsync();
        return await Task.WhenAny(address.Task, ended) == ended
            ? throw new InvalidOperationException($"moto_server ended with exit code {process.ExitCode} before it listened.")
            : await address.Task;
    }
}
