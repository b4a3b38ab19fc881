using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>AWS Signature Version 4 of a form that is posted to the root of a service's endpoint.</summary>
/// <param name="Region">Region, such as <c>eu-west-1</c>.</param>
/// <param name="Service">The service's name in signatures, such as <c>autoscaling</c>.</param>
internal sealed record SignatureV4(string Region, string Service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string ContentType = "application/x-www-form-urlencoded";

    /// <summary>Gives the request its body and the headers that prove who sends it.</summary>
    public void Sign(HttpRequestMessage request, string form, ImmutableCredentials keys, DateTimeOffset now)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = ContentType,
            ["host"] = request.RequestUri!.IsDefaultPort ? request.RequestUri.Host : request.RequestUri.Authority,
            ["x-amz-date"] = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
        };
        if (!string.IsNullOrEmpty(keys.Token))
        {
            headers["x-amz-security-token"] = keys.Token;
        }

        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(form));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        foreach (var (name, value) in headers.Where(header => header.Key.StartsWith("x-amz-", StringComparison.Ordinal)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("Authorization", Authorization(headers, form, keys));
    }

    private string Authorization(SortedDictionary<string, string> headers, string form, ImmutableCredentials keys)
    {
        var at = headers["x-amz-date"];
        var signed = string.Join(';', headers.Keys);
        var canonical = $"POST\n/\n\n{string.Concat(headers.Select(header => $"{header.Key}:{header.Value}\n"))}\n{signed}\n{Hash(form)}";
        var scope = $"{at[..8]}/{Region}/{Service}/aws4_request";
        var key = new[] { at[..8], Region, Service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes($"AWS4{keys.SecretKey}"), Mac);
        var signature = Convert.ToHexStringLower(Mac(key, $"{Algorithm}\n{at}\n{scope}\n{Hash(canonical)}"));
        return $"{Algorithm} Credential={keys.AccessKey}/{scope}, SignedHeaders={signed}, Signature={signature}";
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
