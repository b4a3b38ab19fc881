using System.Text;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Decodes <c>%xx</c> strictly: what the official clients read differently from each other is refused.</summary>
internal static class PercentEncoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="text">The encoded text.</param>
    /// <param name="part">What the text is, for the error.</param>
    public static string Decode(string text, string part)
    {
        try
        {
            var decoded = StrictUtf8.GetString(Unescape(text, part));
            return decoded.Any(char.IsControl)
                ? throw InvalidConnectionString.Because($"{part} holds a control character.")
                : decoded;
        }
        catch (ArgumentException)
        {
            // The cause is not attached: its message quotes the bytes.
            throw InvalidConnectionString.Because($"{part} is not UTF-8 when its `%` sequences are decoded.");
        }
    }

    private static byte[] Unescape(string text, string part)
    {
        var encoded = StrictUtf8.GetBytes(text);
        var bytes = new List<byte>(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '%')
            {
                bytes.Add(encoded[i]);
                continue;
            }

            if (i + 2 >= encoded.Length || !char.IsAsciiHexDigit((char)encoded[i + 1]) || !char.IsAsciiHexDigit((char)encoded[i + 2]))
            {
                throw InvalidConnectionString.Because($"{part} holds a `%` without two hexadecimal digits after it. Write a `%` itself as %25.");
            }

            bytes.Add(Convert.FromHexString([(char)encoded[i + 1], (char)encoded[i + 2]])[0]);
            i += 2;
        }

        return [.. bytes];
    }
}
