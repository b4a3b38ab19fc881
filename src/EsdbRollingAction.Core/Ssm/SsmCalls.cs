using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Ssm;

/// <summary>How Systems Manager is asked. Its clients are made only when it is: most updates run no command.</summary>
/// <param name="region">Region, or null or empty for the SDK's own resolution.</param>
/// <param name="credentials">Who asks.</param>
public sealed class SsmCalls(string? region, AWSCredentials credentials) : AwsCalls("Systems Manager", "ssm"), IDisposable
{
    private AmazonSimpleSystemsManagementClient? client;
    private AmazonSimpleSystemsManagementClient? once;

    /// <summary>Where it answers; null leaves that to the SDK.</summary>
    internal string? Address { get; init; }

    /// <inheritdoc/>
    private protected override bool NumbersItsAnswers => false;

    /// <summary>The client to ask with, inside <see cref="AwsCalls"/> only.</summary>
    internal IAmazonSimpleSystemsManagement Client =>
        LazyInitializer.EnsureInitialized(ref client, () => Create(repeats: true));

    /// <summary>The client that sends nothing again: each request would be another command.</summary>
    internal IAmazonSimpleSystemsManagement Once =>
        LazyInitializer.EnsureInitialized(ref once, () => Create(repeats: false));

    /// <inheritdoc/>
    public void Dispose()
    {
        client?.Dispose();
        once?.Dispose();
    }

    private AmazonSimpleSystemsManagementClient Create(bool repeats)
    {
        var configuration = new AmazonSimpleSystemsManagementConfig { MaxErrorRetry = Ec2Client.Repeats };
        Ec2Client.Configured(configuration, region, repeats);
        if (Address is not null)
        {
            configuration.ServiceURL = Address;
        }

        Ec2Client.RequireRegion(configuration);
        return new AmazonSimpleSystemsManagementClient(credentials, configuration);
    }
}
