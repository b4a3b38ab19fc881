using System.Text;
using WireMock;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Who may do what: on a secured cluster <c>admin</c> and <c>ops</c> may administrate; wrong credentials are refused even where none are needed.</summary>
internal sealed class Credentials(bool secured, string password)
{
    private readonly HashSet<string> valid =
        [.. from user in new[] { "admin", "ops" } from accepted in new[] { "changeit", password } select Encode($"{user}:{accepted}")];

    public bool MayAdministrate(IRequestMessage request) => !secured || (Sent(request) is { } sent && valid.Contains(sent));

    public bool AreWrong(IRequestMessage request) => secured && Sent(request) is { } sent && !valid.Contains(sent);

    private static string? Sent(IRequestMessage request) =>
        request.Headers is not null && request.Headers.TryGetValue("Authorization", out var values) ? values.FirstOrDefault() : null;

    private static string Encode(string userAndPassword) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(userAndPassword));
}
