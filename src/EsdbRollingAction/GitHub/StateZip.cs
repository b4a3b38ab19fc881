using System.IO.Compression;

namespace EsdbRollingAction.GitHub;

/// <summary>The zip that an artifact is downloaded as.</summary>
internal static class StateZip
{
    /// <summary>More is no state file but an attack.</summary>
    public const int LargestState = 16 * 1024 * 1024;

    /// <summary>The one file in it, whatever it is called; of several the one JSON file. Names of entries are never used as paths.</summary>
    /// <exception cref="InvalidDataException">It is no zip, or not one with one such file of a sensible size. The message says which.</exception>
    public static byte[] Read(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip, writable: false), ZipArchiveMode.Read);
        var entries = archive.Entries.Where(entry => entry.Name.Length > 0).ToList();
        if (entries.Count != 1)
        {
            entries = [.. entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))];
        }

        if (entries.Count != 1)
        {
            throw new InvalidDataException(entries.Count == 0 ? "it holds no JSON file" : "it holds more than one JSON file");
        }

        using var content = entries[0].Open();
        using var state = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (content.Read(buffer) is > 0 and var count)
        {
            // Counted while it grows: what an entry says of its own length may be a lie.
            if (state.Length + count > LargestState)
            {
                throw new InvalidDataException($"its file is larger than {LargestState / 1024 / 1024} MiB");
            }

            state.Write(buffer, 0, count);
        }

        return state.ToArray();
    }
}
