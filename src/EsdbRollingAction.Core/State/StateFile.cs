using System.Text.Json;

namespace EsdbRollingAction.Core.State;

/// <summary>Where the state is remembered. A write is all or nothing, whatever instant the program is killed at.</summary>
public interface IStateStore
{
    /// <summary>Writes the state.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: it cannot be written.</exception>
    void Write(ClusterUpdate state);
}

/// <summary>The state JSON on disk. A write is all or nothing, whatever instant the program is killed at.</summary>
/// <param name="path">Where the state is kept.</param>
public sealed class StateFile(string path) : IStateStore
{
    private const int LargestFile = 16 * 1024 * 1024;

    /// <summary>Where the state is kept.</summary>
    public string Path { get; } = path;

    /// <summary>Reads the state, or null when there is no file (or an empty one).</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: not valid; line and reason are named.</exception>
    public ClusterUpdate? Read() => Try("read", () =>
    {
        if (!File.Exists(Path))
        {
            return Directory.Exists(Path) ? throw Invalid("is a folder, not a file") : null;
        }

        return new FileInfo(Path).Length <= LargestFile
            ? Parse(File.ReadAllBytes(Path))
            : throw Invalid($"is larger than {LargestFile / 1024 / 1024} MiB");
    });

    /// <summary>Writes the state: a temporary file beside it, flushed to the disk, then renamed.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: the file cannot be written.</exception>
    public void Write(ClusterUpdate state) => Try("written", () =>
    {
        var temporary = Path + ".tmp";
        if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, state, StateJson.Default.ClusterUpdate);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, Path, overwrite: true);
        return Path;
    });

    /// <summary>Moves the file to where it is in nobody's way. What it holds is never lost.</summary>
    /// <returns>Where it is now: <c>&lt;path&gt;.replaced</c>, with a number when there is one already.</returns>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: the file cannot be moved.</exception>
    public string SetAside() => Try("set aside", () =>
    {
        var place = Path + ".replaced";
        for (var number = 2; File.Exists(place); number++)
        {
            place = $"{Path}.replaced-{number}";
        }

        File.Move(Path, place);
        return place;
    });

    /// <summary>The state in these bytes; null when there are none.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: not a valid state.</exception>
    public ClusterUpdate? Parse(ReadOnlySpan<byte> utf8)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        utf8 = utf8.StartsWith(byteOrderMark) ? utf8[byteOrderMark.Length..] : utf8;
        if (utf8.Trim(" \t\r\n"u8).IsEmpty)
        {
            return null;
        }

        try
        {
            var state = JsonSerializer.Deserialize(utf8, StateJson.Default.ClusterUpdate) ?? throw Invalid("holds null, not an object");
            var complete = StateRules.Complete(state, what => Invalid(what));
            RefuseWhatCannotBeWritten(complete);
            return complete;
        }
        catch (JsonException exception)
        {
            throw Invalid(StateProblem.Describe(exception, utf8), exception);
        }
    }

    /// <summary>Half of a surrogate pair in an unknown field can be read, and is found out only when it is to be written again.</summary>
    private void RefuseWhatCannotBeWritten(ClusterUpdate state)
    {
        try
        {
            JsonSerializer.Serialize(Stream.Null, state, StateJson.Default.ClusterUpdate);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Invalid("holds text that is not Unicode: half of a surrogate pair, such as \\ud800 alone", exception);
        }
    }

    private T Try<T>(string done, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"cannot be {done}: {exception.Message}", exception);
        }
    }

    private RollingUpdateException Invalid(string what, Exception? cause = null) => new(
        FailureReason.InvalidInput,
        $"The state file {Path} {Sentence.Clause(what)}. It was left as it is; correct it, or remove it to start from what is observed.",
        cause)
    { IsAboutState = cause is not (IOException or UnauthorizedAccessException) };
}
