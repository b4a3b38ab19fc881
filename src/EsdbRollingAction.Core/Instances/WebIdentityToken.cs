using System.Buffers.Text;
using System.Text.Json;

namespace EsdbRollingAction.Core.Instances;

/// <summary>An OIDC token (a JWT). Its claims say who it is about and are no secret; the token is one.</summary>
public sealed class WebIdentityToken
{
    private const int LongestClaim = 500;

    /// <param name="value">The token.</param>
    public WebIdentityToken(string value)
    {
        Value = value;
        (Issuer, Subject) = Claims(value);
    }

    /// <summary>The token. Never shown.</summary>
    public string Value { get; }

    /// <summary>Who issued it, or null when the token does not tell.</summary>
    public string? Issuer { get; }

    /// <summary>Who it is about, or null when the token does not tell.</summary>
    public string? Subject { get; }

    /// <summary>Who it is about; never the token.</summary>
    public override string ToString() => $"{nameof(WebIdentityToken)} {{ {Issuer}, {Subject} }}";

    /// <summary>Only for messages, so nothing is verified: that is for whom the token is shown to.</summary>
    private static (string? Issuer, string? Subject) Claims(string token)
    {
        try
        {
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.') is [_, var part, _] ? part : ""));
            return payload.RootElement.ValueKind is JsonValueKind.Object
                ? (Claim(payload.RootElement, "iss"), Claim(payload.RootElement, "sub"))
                : (null, null);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return (null, null);
        }
    }

    private static string? Claim(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var claim) && claim.ValueKind is JsonValueKind.String
        && claim.GetString() is { Length: <= LongestClaim } text && text.All(letter => letter is > ' ' and <= '~')
            ? text
            : null;
}
