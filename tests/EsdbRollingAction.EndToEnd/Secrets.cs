using System.Text;
using System.Text.RegularExpressions;

namespace EsdbRollingAction.EndToEnd;

/// <summary>Looks for what a program was trusted with in everything that it printed or left.</summary>
internal static partial class Secrets
{
    private static readonly string[] Variables =
        ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "INPUT_GITHUB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];

    /// <summary>The secrets among these variables: tokens, keys, and the password in the connection string in each of its forms.</summary>
    public static IEnumerable<string> In(IEnumerable<KeyValuePair<string, string>> environment) => environment
        .SelectMany(variable => variable.Key switch
        {
            "INPUT_CONNECTION_STRING" => CredentialsIn().Matches(variable.Value).SelectMany(Forms),
            "INPUT_NOTIFY_URL" => Parts(variable.Value),
            _ => Variables.Contains(variable.Key) ? [variable.Value] : [],
        })
        .Where(secret => secret.Length > 3)
        .Distinct(StringComparer.Ordinal);

    /// <summary>Fails when a secret is in one of the texts, or in a file below one of the folders.</summary>
    public static void AssertNoneIn(IEnumerable<string> secrets, IEnumerable<(string Where, string Text)> texts, params IEnumerable<string> folders)
    {
        var files = folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => new FileInfo(file).Length < 4 * 1024 * 1024)
            .Select(file => (Where: file, Text: File.ReadAllText(file)));
        var places = texts.Concat(files).ToList();
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(places, place => place.Text.Contains(secret, StringComparison.Ordinal));
        }
    }

    /// <summary>As it is, percent-encoded, and as it is sent: in base64, whatever its padding.</summary>
    private static IEnumerable<string> Forms(Match match)
    {
        var (user, password) = (Uri.UnescapeDataString(match.Groups[1].Value), Uri.UnescapeDataString(match.Groups[2].Value));
        var sent = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        return password.Length == 0 ? [] : [match.Groups[2].Value, password, sent.TrimEnd('=')];
    }

    /// <summary>The address, and what of it is enough for whoever knows the host.</summary>
    private static IEnumerable<string> Parts(string url) => [url, .. url.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(2)];

    [GeneratedRegex("://([^:@/]*):([^@/]*)@")]
    private static partial Regex CredentialsIn();
}
