using System.IO.Compression;

namespace EsdbRollingAction.GitHub;

internal static class StateZip
{
    /// <summary>More is no state file but an attack.</summary>
    public const int LargestState = 16 * 1024 * 1024;

    /// <summary>The one file in it, whatever it is called; of several the one JSON file. Entries never name a path.</summary>
    public static byte[] Read(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var content = StateIn(archive).Open();

        // Read to the limit and no further: what an entry says of its own length may be a lie.
        var state = new byte[LargestState + 1];
        var length = content.ReadAtLeast(state, state.Length, throwOnEndOfStream: false);
        return length <= LargestState
            ? state[..length]
            : throw new InvalidDataException($"its file is larger than {LargestState / 1024 / 1024} MiB");
    }

    private static ZipArchiveEntry StateIn(ZipArchive archive)
    {
        var files = archive.Entries.Where(entry => entry.Name.Length > 0).ToList();
        var json = files.FindAll(entry => entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase));
        return (files, json) switch
        {
            ([var only], _) => only,
            (_, [var only]) => only,
            (_, []) => throw new InvalidDataException("it holds no JSON file"),
            _ => throw new InvalidDataException("it holds more than one JSON file"),
        };
    }
}
