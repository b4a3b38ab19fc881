using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;
using Amazon.Util;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>AWS Signature Version 4 of a form that is posted to the root of a service's endpoint.</summary>
internal sealed record SignatureV4(string Region, string Service)
{
    private const string ContentType = "application/x-www-form-urlencoded";

    /// <summary>Gives the request its body and the headers that prove who sends it.</summary>
    public void Sign(HttpRequestMessage request, string form, ImmutableCredentials keys, DateTimeOffset now)
    {
        var address = request.RequestUri!;
        var at = $"{now.UtcDateTime:yyyyMMddTHHmmssZ}";

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

        var names = string.Join(';', signed.Select(header => header.Key));
        var lines = string.Concat(signed.Select(header => $"{header.Key}:{header.Value}\n"));
        var hash = AWSSDKUtils.ToHex(AWS4Signer.ComputeHash(form), lowercase: true);
        var signature = AWS4Signer.ComputeSignature(
            keys, Region, now.UtcDateTime, Service, names, $"POST\n/\n\n{lines}\n{names}\n{hash}");
        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
    }
}
