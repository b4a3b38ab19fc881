using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>AWS Signature Version 4 of a form that is posted to the root of a service's endpoint.</summary>
internal sealed record SignatureV4(string Region, string Service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string ContentType = "application/x-www-form-urlencoded";

    /// <summary>Gives the request its body and the headers that prove who sends it.</summary>
    public void Sign(HttpRequestMessage request, string form, ImmutableCredentials keys, DateTimeOffset now)
    {
        var address = request.RequestUri!;
        var at = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

        // They are signed in the order of their names.
        List<KeyValuePair<string, string>> signed =
        [
            new("content-type", ContentType),
            new("host", address.IsDefaultPort ? address.Host : address.Authority),
            new("x-amz-date", at),
        ];
        request.Headers.Add("x-amz-date", at);
        if (!string.IsNullOrEmpty(keys.Token))
        {
            signed.Add(new("x-amz-security-token", keys.Token));
            request.Headers.Add("x-amz-security-token", keys.Token);
        }

        request.Content = new StringContent(form);
        request.Content.Headers.ContentType = new(ContentType);

        string[] scope = [at[..8], Region, Service, "aws4_request"];
        var names = string.Join(';', signed.Select(header => header.Key));
        var lines = string.Concat(signed.Select(header => $"{header.Key}:{header.Value}\n"));
        var canonical = $"POST\n/\n\n{lines}\n{names}\n{Hash(form)}";
        var toSign = $"{Algorithm}\n{at}\n{string.Join('/', scope)}\n{Hash(canonical)}";
        var signature = Convert.ToHexStringLower(Mac(Key(keys, scope), toSign));
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"{Algorithm} Credential={keys.AccessKey}/{string.Join('/', scope)}, SignedHeaders={names}, Signature={signature}");
    }

    private static byte[] Key(ImmutableCredentials keys, string[] scope) =>
        scope.Aggregate(Encoding.UTF8.GetBytes($"AWS4{keys.SecretKey}"), Mac);

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
