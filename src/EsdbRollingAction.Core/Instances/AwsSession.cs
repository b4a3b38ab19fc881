using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Keys that are good for a while. A class, so that nothing prints them.</summary>
/// <param name="keys">The keys.</param>
/// <param name="from">When they were asked for.</param>
/// <param name="until">When they expire.</param>
internal sealed class AwsSession(ImmutableCredentials keys, DateTimeOffset from, DateTimeOffset until)
{
    public ImmutableCredentials Keys { get; } = keys;

    public DateTimeOffset ExpiresAt { get; } = until;

    /// <summary>A sixth of its life before it expires: ten minutes of an hour.</summary>
    public DateTimeOffset RenewAt { get; } = until - ((until - from) / 6);
}
