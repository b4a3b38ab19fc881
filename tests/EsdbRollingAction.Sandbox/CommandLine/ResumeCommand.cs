namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>The command line that carries on what another one left.</summary>
internal static class ResumeCommand
{
    private const string Command = "dotnet run --project tests/EsdbRollingAction.Sandbox --";

    /// <param name="words">The other command's words.</param>
    /// <param name="folder">Where it left state and cluster.</param>
    public static string Of(IReadOnlyList<string> words, string folder)
    {
        var kept = new List<string>();
        for (var i = 0; i < words.Count; i++)
        {
            switch (words[i])
            {
                case "--resume" or "--secured" or "--tls":
                    break;
                case "--kill-after" or "--folder" or "--voters" or "--replicas" or "--retiring"
                    or "--server-version":
                    i++;
                    break;
                default:
                    kept.Add(words[i]);
                    break;
            }
        }

        string[] place = folder == RollFolder.Usual ? [] : ["--folder", folder];
        return string.Join(' ', kept.Concat(place).Append("--resume").Select(Quoted).Prepend(Command));
    }

    /// <summary>As a shell takes it for one word.</summary>
    private static string Quoted(string word) => word.All(IsPlain) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char letter) => char.IsLetterOrDigit(letter) || "-_./:=,+".Contains(letter, StringComparison.Ordinal);
}
