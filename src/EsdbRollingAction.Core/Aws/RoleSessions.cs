using Amazon.Runtime;
using Amazon.SecurityToken;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Aws;

/// <summary>Takes roles, and keeps their sessions renewed until it is disposed of.</summary>
/// <param name="region">Region whose STS is asked, or null for the SDK's own.</param>
/// <param name="sessionName">What a session is called when nothing else is said.</param>
/// <param name="renewal">How sessions are kept.</param>
internal sealed class RoleSessions(string? region, string sessionName, SessionRenewal renewal) : IDisposable
{
    private readonly List<AmazonSecurityTokenServiceClient> clients = [];

    /// <summary>Takes a role by showing a token.</summary>
    /// <exception cref="RollingUpdateException">The role cannot be taken; nothing was changed.</exception>
    public Task<AssumedRole> WithTokenAsync(RoleArn role, string? name, IWebIdentity identity)
    {
        var sts = Client(new AnonymousAWSCredentials());
        return TakeAsync(role, new SessionSource(sts, new RoleToAssume(role, NameOr(name)), identity, renewal.Time));
    }

    /// <summary>Takes a role with other credentials.</summary>
    /// <exception cref="RollingUpdateException">The role cannot be taken; nothing was changed.</exception>
    public Task<AssumedRole> WithCredentialsAsync(RoleArn role, SharedProfile profile, AWSCredentials source)
    {
        var taken = new RoleToAssume(role, NameOr(profile.Options.RoleSessionName), profile.Options.ExternalID);
        return TakeAsync(role, new SessionSource(Client(source), taken, identity: null, renewal.Time));
    }

    /// <inheritdoc/>
    public void Dispose() => clients.ForEach(client => client.Dispose());

    private Task<AssumedRole> TakeAsync(RoleArn role, SessionSource source) => AssumedRole.AssumeAsync(role, source.NewAsync, renewal);

    private string NameOr(string? name) => string.IsNullOrEmpty(name) ? sessionName : name;

    /// <summary><c>AWS_ENDPOINT_URL_STS</c> and <c>AWS_ENDPOINT_URL</c> are honoured by the SDK.</summary>
    private AmazonSecurityTokenServiceClient Client(AWSCredentials credentials)
    {
        var configuration = new AmazonSecurityTokenServiceConfig { MaxErrorRetry = 2 };
        Ec2Client.Configure(configuration, region);
        Ec2Client.RequireRegion(configuration);
        var client = new AmazonSecurityTokenServiceClient(credentials, configuration);
        clients.Add(client);
        return client;
    }
}
