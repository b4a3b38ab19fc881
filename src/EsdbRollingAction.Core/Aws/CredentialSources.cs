using Amazon.Runtime;
using Amazon.Util;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Aws;

/// <summary>Where credentials are found outside of the shared files. What cannot be used is found out before anything is begun.</summary>
internal sealed class CredentialSources(Func<string, string?> variable, CancellationToken stop)
{
    private static readonly string[] ContainerVariables = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

    /// <summary>The keys in environment variables, or null when none is set.</summary>
    public AWSCredentials? Environment() => (Set("AWS_ACCESS_KEY_ID"), Set("AWS_SECRET_ACCESS_KEY") ?? Set("AWS_SECRET_KEY")) switch
    {
        ({ } id, { } secret) when Set("AWS_SESSION_TOKEN") is { } token => new SessionAWSCredentials(id, secret, token),
        ({ } id, { } secret) => new BasicAWSCredentials(id, secret),
        ({ }, _) => throw Missing("The AWS credentials are not complete: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not."),
        (_, { }) => throw Missing("The AWS credentials are not complete: AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not."),
        _ => null,
    };

    /// <summary>The credentials of the container that the program runs in, or null outside of one.</summary>
    public async Task<AWSCredentials?> ContainerAsync() => ContainerVariables.FirstOrDefault(name => Set(name) is not null) is { } name
        ? await UsableAsync(() => new GenericContainerCredentials(), $"the container ({name})")
        : null;

    /// <summary>The credentials of the instance that the program runs on.</summary>
    public async Task<AWSCredentials> InstanceAsync()
    {
        if (!EC2InstanceMetadata.IsIMDSEnabled)
        {
            throw NoneAnywhere(". The instance's role is not looked for, as AWS_EC2_METADATA_DISABLED says", null);
        }

        try
        {
            return await UsableAsync(() => new InstanceProfileAWSCredentials(), "the role of this machine (instance metadata)");
        }
        catch (InstanceException e) when (e.Kind is InstanceErrorKind.CredentialsMissing)
        {
            throw NoneAnywhere($", and {char.ToLowerInvariant(e.Message[0])}{Sentence.Clause(e.Message[1..])}", e);
        }
    }

    /// <summary>The credentials that a program prints.</summary>
    public Task<AWSCredentials> ProcessAsync(string command, string source) =>
        UsableAsync(() => new ProcessAWSCredentials(command), source);

    /// <summary>Some kinds ask somebody already while they are made, and wait for one that is not there.</summary>
    private async Task<AWSCredentials> UsableAsync(Func<AWSCredentials> make, string source)
    {
        var credentials = await Task.Run(() => NamedCredentials.Make(make, source), stop).WaitAsync(stop);
        await credentials.GetCredentialsAsync().WaitAsync(stop);
        return credentials;
    }

    private string? Set(string name) => variable(name) is { Length: > 0 } text ? text : null;

    private static InstanceException NoneAnywhere(string and, Exception? cause) => Missing(
        "No usable AWS credentials: AWS_ACCESS_KEY_ID is not set, nor AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN, AWS_PROFILE and the"
        + $" profile 'default' give none, this is no container with a role{and}. Set role-to-assume, or one of these.",
        cause);

    private static InstanceException Missing(string message, Exception? cause = null) =>
        new(InstanceErrorKind.CredentialsMissing, "NoCredentials", message, cause);
}

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

    public override ImmutableCredentials GetCredentials() => credentials.GetCredentials();

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
        var why = Sentence.Ended(Excerpt.OfLines(PlainWords.Said(exception.GetBaseException())));
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
