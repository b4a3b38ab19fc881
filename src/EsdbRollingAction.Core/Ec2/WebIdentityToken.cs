using System.Buffers.Text;
using System.Text.Json;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Ec2;

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
            var part = token.Split('.') is [_, var middle, _] ? middle : "";
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(part));
            return (Word(payload.RootElement.Text("iss")), Word(payload.RootElement.Text("sub")));
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return (null, null);
        }
    }

    private static string? Word(string? claim) =>
        claim is { Length: <= LongestClaim } && claim.All(letter => letter is > ' ' and <= '~') ? claim : null;
}
