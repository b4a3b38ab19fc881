using System.Runtime.InteropServices;
using System.Text;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace EsdbRollingAction.Testing;

/// <summary>
/// Where <c>dotnet test</c> writes to. It keeps what a test process prints until that process has failed, and its protocol knows no line of
/// text, so a line goes straight to its standard output, for as long as the process lives. Linux only; elsewhere, and without
/// <c>dotnet test</c>, there is none.
/// </summary>
internal sealed partial class CallerOutput
{
    private const int StandardOutput = 1;
    private const int WriteOnly = 1;
    private const int PidfdOpen = 434;
    private const int PidfdGetfd = 438;
    private readonly int descriptor;

    private CallerOutput(int descriptor) => this.descriptor = descriptor;

    /// <summary>Null where there is no such caller, or where it writes to a terminal.</summary>
    public static CallerOutput? Find()
    {
        if (!OperatingSystem.IsLinux() || !Environment.GetCommandLineArgs().Contains("--dotnet-test-pipe"))
        {
            return null;
        }

        var found = SharedDescriptor(GetParentId());
        if (found < 0)
        {
            found = Pipe(GetParentId());
        }

        if (found >= 0 && IsTerminal(found) == 0)
        {
            return new CallerOutput(found);
        }

        _ = found < 0 ? 0 : Close(found);
        return null;
    }

    public void WriteLine(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + '\n');
        _ = Write(descriptor, bytes, bytes.Length);
    }

    /// <summary>The very descriptor, with the position that both write at: what a file needs. Not every user may ask for it.</summary>
    private static int SharedDescriptor(int process)
    {
        var handle = SystemCall(PidfdOpen, process, 0, 0);
        if (handle < 0)
        {
            return -1;
        }

        var shared = SystemCall(PidfdGetfd, handle, StandardOutput, 0);
        _ = Close((int)handle);
        return (int)shared;
    }

    /// <summary>A pipe has no position, so it may be opened once more.</summary>
    private static int Pipe(int process)
    {
        var path = $"/proc/{process}/fd/{StandardOutput}";
        return File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name.StartsWith("pipe:", StringComparison.Ordinal) == true
            ? Open(path, WriteOnly)
            : -1;
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentId();

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte[] bytes, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);
}
