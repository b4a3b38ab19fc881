using System.Buffers;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>The artifacts of a workflow run, filled as <c>actions/upload-artifact</c> does.</summary>
internal sealed class ArtifactStore
{
    /// <summary>Where a person finds the artifacts.</summary>
    public const string Url = "https://github.com/org/clusters/actions/runs/1658821493/artifacts";

    private static readonly string[] KnownInputs = ["name", "path", "overwrite", "include-hidden-files", "if-no-files-found"];
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\":<>|*?\r\n\\/");
    private int uploads;
    private readonly Dictionary<string, string> contents = new(StringComparer.Ordinal);

    /// <summary>No upload succeeds.</summary>
    public bool IsDown { get; set; }

    /// <summary>Names, oldest first, each with the text of its only file.</summary>
    public IReadOnlyDictionary<string, string> Contents => contents;

    /// <summary>Uploads one file.</summary>
    /// <param name="with">The inputs of <c>actions/upload-artifact</c>.</param>
    /// <param name="workspace">What a relative path starts from.</param>
    /// <returns>Why it failed, or null; and the id of what was uploaded, if there was a file.</returns>
    public (string? Error, int? Id) Upload(IReadOnlyDictionary<string, string> with, string workspace)
    {
        Assert.Empty(with.Keys.Except(KnownInputs));
        var (name, path) = (with["name"], Path.Combine(workspace, with["path"]));
        if (!File.Exists(path))
        {
            var isError = with.GetValueOrDefault("if-no-files-found", "warn") == "error";
            return (isError ? $"No files were found with the provided path: {path}." : null, null);
        }

        if (IsDown || name.AsSpan().ContainsAny(Forbidden))
        {
            return (IsDown ? "Failed to CreateArtifact: Unable to make request" : $"The artifact name is not valid: {name}", null);
        }

        if (contents.ContainsKey(name) && with.GetValueOrDefault("overwrite", "false") != "true")
        {
            return ("Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict", null);
        }

        contents.Remove(name);
        contents[name] = File.ReadAllText(path);
        return (null, ++uploads);
    }
}
