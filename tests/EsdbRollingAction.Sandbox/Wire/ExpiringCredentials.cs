using System.Collections.Concurrent;
using WireMock;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>The first access key that is used is good for so many requests; another one is a new session.</summary>
/// <param name="after">How many; 0 for any number.</param>
internal sealed class ExpiringCredentials(int after)
{
    private readonly ConcurrentDictionary<string, int> uses = new(StringComparer.Ordinal);
    private string? first;

    public bool HaveExpired(IRequestMessage request)
    {
        var key = KeyOf(request);
        Interlocked.CompareExchange(ref first, key, null);
        return after > 0 && key == first && uses.AddOrUpdate(key, 1, (_, used) => used + 1) > after;
    }

    /// <summary>The key id in <c>AWS4-HMAC-SHA256 Credential=KEY/date/region/ec2/aws4_request, …</c>.</summary>
    public static string KeyOf(IRequestMessage request) =>
        request.Headers is not null && request.Headers.TryGetValue("Authorization", out var values)
            ? values.FirstOrDefault()?.Split("Credential=").Last().Split('/')[0] ?? ""
            : "";
}
