using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Ssm;

/// <summary>How Systems Manager is asked. Its clients are made only when it is: most updates run no command.</summary>
/// <param name="region">Region, or null or empty for the SDK's own resolution.</param>
/// <param name="credentials">Who asks.</param>
public sealed class SsmCalls(string? region, AWSCredentials credentials) : AwsCalls, IDisposable
{
    private readonly Lazy<AmazonSimpleSystemsManagementClient> client = new(() => Create(region, credentials, repeats: true));
    private readonly Lazy<AmazonSimpleSystemsManagementClient> once = new(() => Create(region, credentials, repeats: false));

    /// <inheritdoc/>
    private protected override bool NumbersItsAnswers => false;

    /// <summary>The client to ask with, inside <see cref="AwsCalls.AskAsync"/> only.</summary>
    internal IAmazonSimpleSystemsManagement Client => client.Value;

    /// <summary>The client that sends nothing again: each request would be another command.</summary>
    internal IAmazonSimpleSystemsManagement Once => once.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var made in new[] { client, once }.Where(made => made.IsValueCreated))
        {
            made.Value.Dispose();
        }
    }

    private static AmazonSimpleSystemsManagementClient Create(string? region, AWSCredentials credentials, bool repeats)
    {
        var configuration = new AmazonSimpleSystemsManagementConfig { MaxErrorRetry = Ec2Client.Repeats };
        Ec2Client.Configure(configuration, region);
        if (!repeats)
        {
            Ec2Client.SendOnce(configuration);
        }

        return new AmazonSimpleSystemsManagementClient(credentials, configuration);
    }
}
