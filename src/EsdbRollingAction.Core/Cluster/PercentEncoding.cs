using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Decodes <c>%xx</c> strictly: what the official clients read differently from each other is refused.</summary>
internal static partial class PercentEncoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Decode(string text, string part)
    {
        InvalidConnectionString.ThrowIf(
            Malformed.IsMatch(text),
            $"{part} holds a `%` without two hexadecimal digits after it. Write a `%` itself as %25.");
        var decoded = DecodeUtf8(text) ?? throw InvalidConnectionString.Because($"{part} is not UTF-8 when its `%` sequences are decoded.");
        InvalidConnectionString.ThrowIf(decoded.Any(char.IsControl), $"{part} holds a control character.");
        return decoded;
    }

    private static string? DecodeUtf8(string text)
    {
        // In a form a `+` is a space, here it is itself.
        var encoded = Encoding.UTF8.GetBytes(text.Replace("+", "%2B", StringComparison.Ordinal));
        try
        {
            return StrictUtf8.GetString(WebUtility.UrlDecodeToBytes(encoded, 0, encoded.Length)!);
        }
        catch (ArgumentException)
        {
            // Its message quotes the bytes.
            return null;
        }
    }

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex Malformed { get; }
}
