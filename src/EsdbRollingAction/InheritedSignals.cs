using System.Runtime.InteropServices;

namespace EsdbRollingAction;

/// <summary>
/// Whatever a script starts in the background ignores SIGINT, and so does what that starts in turn: a runner, its steps, this
/// program. .NET keeps an ignored signal ignored, so it is made to be heard before .NET looks, which it does at the first registration.
/// </summary>
internal static partial class InheritedSignals
{
    // As POSIX has them: the same for glibc, musl and macOS.
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const nint Default = 0;
    private const nint Ignored = 1;

    /// <summary>More than any system's <c>struct sigaction</c>, of which only the beginning is read: the handler.</summary>
    private const int RoomForAction = 64;

    public static void Hear()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            Hear(Interrupt);
            Hear(Terminate);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Without that library nothing tells what was inherited: the runtime's own handling stays.
        }
    }

    /// <summary>A handler that is there already is the runtime's own, and stays.</summary>
    private static void Hear(int signal)
    {
        Span<nint> action = stackalloc nint[RoomForAction];
        if (SigAction(signal, 0, ref MemoryMarshal.GetReference(action)) == 0 && action[0] == Ignored)
        {
            _ = Signal(signal, Default);
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SigAction(int signal, nint newAction, ref nint oldAction);

    [LibraryImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Signal(int signal, nint handler);
}
