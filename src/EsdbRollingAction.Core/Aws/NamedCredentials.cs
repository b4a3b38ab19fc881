using Amazon.Runtime;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Aws;

/// <summary>
/// Credentials that the SDK reads by itself, whenever it needs them. Each kind throws exceptions of its own; here they become one
/// that says which credentials failed, and why.
/// </summary>
/// <param name="credentials">The SDK's.</param>
/// <param name="source">Where they come from, such as <c>the container's credentials</c>.</param>
internal sealed class NamedCredentials(AWSCredentials credentials, string source) : AWSCredentials
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private volatile bool worked;

    /// <summary>Makes them, which for some kinds already asks somebody.</summary>
    /// <exception cref="InstanceException">They cannot be made.</exception>
    public static NamedCredentials Make(Func<AWSCredentials> make, string source)
    {
        try
        {
            return new NamedCredentials(make(), source);
        }
        catch (Exception e) when (e is not InstanceException)
        {
            throw Unusable(e, source, worked: false);
        }
    }

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => credentials.GetCredentials();

    /// <inheritdoc/>
    /// <exception cref="InstanceException">There are none, or no new ones.</exception>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            var keys = await credentials.GetCredentialsAsync().WaitAsync(Patience);
            worked = true;
            return keys;
        }
        catch (Exception e) when (e is not InstanceException)
        {
            throw Unusable(e, source, worked);
        }
    }

    private static InstanceException Unusable(Exception exception, string source, bool worked)
    {
        var why = Excerpt.OfLines(exception.GetBaseException().Message);
        return worked || why.Contains("already expired", StringComparison.Ordinal)
            ? new InstanceException(
                InstanceErrorKind.CredentialsExpired,
                "NotRenewed",
                $"The AWS credentials of {source} have expired and were not renewed. {why}",
                exception)
            : new InstanceException(
                InstanceErrorKind.CredentialsMissing, "NoCredentials", $"No AWS credentials from {source}. {why}", exception);
    }
}
