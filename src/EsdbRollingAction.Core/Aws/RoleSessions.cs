using Amazon.Runtime;
using Amazon.SecurityToken;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Aws;

/// <summary>Takes roles, and keeps their sessions renewed until it is disposed of.</summary>
/// <param name="region">Region whose STS is asked, or null for the SDK's own.</param>
/// <param name="sessionName">What a session is called when nothing else is said.</param>
/// <param name="renewal">How sessions are kept.</param>
internal sealed class RoleSessions(string? region, string sessionName, SessionRenewal renewal) : IDisposable
{
    private readonly List<AmazonSecurityTokenServiceClient> clients = [];

    /// <summary>Takes a role by showing a token.</summary>
    public Task<AssumedRole> WithTokenAsync(RoleArn role, string? name, IWebIdentity identity)
    {
        var sts = Client(new AnonymousAWSCredentials());
        return TakeAsync(role, new SessionSource(sts, new RoleToAssume(role, NameOr(name)), identity, renewal.Time));
    }

    /// <summary>Takes a role with other credentials.</summary>
    public Task<AssumedRole> WithCredentialsAsync(RoleArn role, SharedProfile profile, AWSCredentials source)
    {
        var taken = new RoleToAssume(role, NameOr(profile.Options.RoleSessionName), profile.Options.ExternalID);
        return TakeAsync(role, new SessionSource(Client(source), taken, identity: null, renewal.Time));
    }

    public void Dispose() => clients.ForEach(client => client.Dispose());

    private Task<AssumedRole> TakeAsync(RoleArn role, SessionSource source) => AssumedRole.AssumeAsync(role, source.NewAsync, renewal);

    private string NameOr(string? name) => string.IsNullOrEmpty(name) ? sessionName : name;

    /// <summary><c>AWS_ENDPOINT_URL_STS</c> and <c>AWS_ENDPOINT_URL</c> are honoured by the SDK.</summary>
    private AmazonSecurityTokenServiceClient Client(AWSCredentials credentials)
    {
        var configuration = Ec2Client.Configured(new AmazonSecurityTokenServiceConfig { MaxErrorRetry = 2 }, region);
        Ec2Client.RequireRegion(configuration);
        var client = new AmazonSecurityTokenServiceClient(credentials, configuration);
        clients.Add(client);
        return client;
    }
}

/// <summary>A web identity token that somebody else keeps fresh in a file.</summary>
internal sealed class TokenFile(string path, string source) : IWebIdentity
{
    public async Task<WebIdentityToken> TokenAsync(string audience, CancellationToken cancellationToken)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            return token.Length > 0 ? new WebIdentityToken(token) : throw Unusable("is empty");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unusable("does not exist", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"cannot be read ({Sentence.Clause(e.Message)})", e);
        }
    }

    private RollingUpdateException Unusable(string why, Exception? cause = null) =>
        new(FailureReason.PreflightRefused, $"The web identity token file {path} ({source}) {why}.", cause);
}
