using System.Collections.Concurrent;
using WireMock;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Why a service of AWS does not look at a request.</summary>
internal enum GateRefusal
{
    /// <summary>The session of its access key is over.</summary>
    Expired,

    /// <summary>There were too many.</summary>
    Throttled,

    /// <summary>IAM does not allow it.</summary>
    Denied,
}

/// <summary>What every service of AWS does before it looks at a request. Each has words of its own for a refusal.</summary>
/// <param name="faults">What goes wrong. The first access key that is used is good for so many requests; another one is a new session.</param>
internal sealed class AwsGate(Faults faults)
{
    private readonly ConcurrentQueue<string> accessKeys = new();
    private readonly ConcurrentDictionary<string, int> uses = new(StringComparer.Ordinal);
    private string? first;
    private int requests;

    /// <summary>The access keys that requests were signed with, in the order in which each was seen first.</summary>
    public IReadOnlyList<string> AccessKeys => [.. accessKeys.Distinct(StringComparer.Ordinal)];

    /// <summary>A header of a request, or null.</summary>
    public static string? Header(IRequestMessage request, string name) =>
        request.Headers is not null && request.Headers.TryGetValue(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The key id in <c>AWS4-HMAC-SHA256 Credential=KEY/date/region/ec2/aws4_request, …</c>.</summary>
    public static string KeyOf(IRequestMessage request) => Header(request, "Authorization")?.Split("Credential=").Last().Split('/')[0] ?? "";

    /// <summary>Why the request is not looked at, or null.</summary>
    /// <param name="request">The request.</param>
    /// <param name="actions">What it needs to be allowed.</param>
    public GateRefusal? Refuse(IRequestMessage request, params string?[] actions)
    {
        var key = KeyOf(request);
        accessKeys.Enqueue(key);
        return HasExpired(key) ? GateRefusal.Expired
            : faults.ThrottleEvery > 0 && Interlocked.Increment(ref requests) % faults.ThrottleEvery == 0 ? GateRefusal.Throttled
            : actions.Intersect(faults.DeniedActions).Any() ? GateRefusal.Denied
            : null;
    }

    private bool HasExpired(string key)
    {
        Interlocked.CompareExchange(ref first, key, null);
        return faults.CredentialsExpireAfter > 0
            && key == first
            && uses.AddOrUpdate(key, 1, (_, used) => used + 1) > faults.CredentialsExpireAfter;
    }
}
