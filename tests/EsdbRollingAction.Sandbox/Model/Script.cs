using System.Text;

namespace EsdbRollingAction.Sandbox.Model;

/// <summary>One command of a line: what must be true of the one before it, and its words.</summary>
/// <param name="Joint"><c>&amp;&amp;</c>, <c>||</c>, or nothing for the first.</param>
/// <param name="Words">Without quotes.</param>
internal sealed record ScriptPart(string Joint, IReadOnlyList<string> Words);

/// <summary>Reads the few lines of a shell script that the model understands.</summary>
internal static class Script
{
    /// <summary>What a document installs a version of the database with.</summary>
    public const string Install = "install-server";

    private static readonly string[] Packages = ["kurrentdb", "eventstore-oss"];

    /// <summary>Each element may have more than one line.</summary>
    public static IReadOnlyList<string> Lines(IEnumerable<string> commands) =>
        [.. commands.SelectMany(text => text.Split('\n')).Select(line => line.Trim())];

    /// <summary>
    /// Whether it finds out which unit the database has and starts that. On a machine of the model there is one.
    /// </summary>
    public static bool StartsTheDatabase(IEnumerable<string> commands) =>
        commands.Any(text => text.Contains("exec systemctl start \"${found# }\"", StringComparison.Ordinal));

    /// <summary>Whoever runs it finds everything as it was.</summary>
    public static bool DoesNothing(IEnumerable<string> lines) =>
        lines.All(line => Parse(line) is not { } parts || parts.All(part => IsHarmless(part.Words)));

    /// <summary>The commands of a line, none for a comment; null when it cannot be understood.</summary>
    public static IReadOnlyList<ScriptPart>? Parse(string line)
    {
        List<ScriptPart> parts = [];
        List<string> words = [];
        var joint = "";
        StringBuilder? word = null;
        for (var i = 0; i < line.Length; i++)
        {
            var letter = line[i];
            if (letter is '\'' or '"')
            {
                var end = line.IndexOf(letter, i + 1);
                if (end < 0)
                {
                    return null;
                }

                word = (word ?? new StringBuilder()).Append(line, i + 1, end - i - 1);
                i = end;
            }
            else if (letter == '#' && word is null)
            {
                break;
            }
            else if (letter is '&' or '|' && i + 1 < line.Length && line[i + 1] == letter)
            {
                Close();
                joint = $"{letter}{letter}";
                i++;
            }
            else if (";|&<>`$(){}".Contains(letter, StringComparison.Ordinal))
            {
                return null;
            }
            else if (char.IsWhiteSpace(letter))
            {
                Flush();
            }
            else
            {
                word = (word ?? new StringBuilder()).Append(letter);
            }
        }

        Close();
        return parts is [{ Words: [] }] ? [] : parts.Exists(part => part.Words.Count == 0) ? null : parts;

        void Flush()
        {
            if (word is not null)
            {
                words.Add($"{word}");
                word = null;
            }
        }

        void Close()
        {
            Flush();
            parts.Add(new ScriptPart(joint, words is ["sudo", ..] ? words[1..] : words));
            words = [];
        }
    }

    /// <summary>The version of the database that <c>apt-get</c> is to install, as in <c>kurrentdb=24.10.4</c>; null for none.</summary>
    public static string? VersionToInstall(IReadOnlyList<string> words) =>
        words.Where(word => !word.StartsWith('-')).ToList() is ["apt-get", "install", var package]
        && package.Split('=') is [var name, var version] && Packages.Contains(name) ? version : null;

    private static bool IsHarmless(IReadOnlyList<string> words) => words switch
    {
        ["apt-get", ..] => !words.Contains("install"),
        ["exit", "194"] or ["reboot", ..] or [Install, ..] or ["break-database", ..] or ["mend-database", ..] => false,
        ["systemctl", var verb, ..] => verb == "is-active",
        _ => true,
    };
}
