using Amazon.Runtime;

namespace EsdbRollingAction.Core.Aws;

/// <summary>Keys that stand in a profile. Whoever renews them writes them there, so they are read again for each request.</summary>
internal sealed class ProfileKeys(SharedProfile profile) : AWSCredentials
{
    private volatile ImmutableCredentials last = Of(profile)!;

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials()
    {
        try
        {
            last = Of(profile.Source(profile.Name)) ?? last;
        }
        catch (RollingUpdateException)
        {
            // Half written or being replaced: the keys that were there may still be good, and EC2 says when they are not.
        }

        return last;
    }

    private static ImmutableCredentials? Of(SharedProfile profile) =>
        profile.Options is { AccessKey.Length: > 0, SecretKey.Length: > 0 } keys
            ? new ImmutableCredentials(keys.AccessKey, keys.SecretKey, string.IsNullOrEmpty(keys.Token) ? null : keys.Token)
            : null;
}
