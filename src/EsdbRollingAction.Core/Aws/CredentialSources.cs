using Amazon.Runtime;
using Amazon.Util;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Aws;

/// <summary>Where credentials are found outside of the shared files. What cannot be used is found out before anything is begun.</summary>
internal sealed class CredentialSources(Func<string, string?> variable, CancellationToken stop)
{
    private static readonly string[] ContainerVariables = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

    /// <summary>The keys in environment variables, or null when none is set.</summary>
    /// <exception cref="InstanceException">Only one of the two is set: what another source gives would be another identity.</exception>
    public AWSCredentials? Environment() => (Set("AWS_ACCESS_KEY_ID"), Set("AWS_SECRET_ACCESS_KEY") ?? Set("AWS_SECRET_KEY")) switch
    {
        ({ } id, { } secret) when Set("AWS_SESSION_TOKEN") is { } token => new SessionAWSCredentials(id, secret, token),
        ({ } id, { } secret) => new BasicAWSCredentials(id, secret),
        ({ }, _) => throw Missing("The AWS credentials are not complete: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not."),
        (_, { }) => throw Missing("The AWS credentials are not complete: AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not."),
        _ => null,
    };

    /// <summary>The credentials of the container that the program runs in, or null outside of one.</summary>
    /// <exception cref="InstanceException">They cannot be had.</exception>
    public async Task<AWSCredentials?> ContainerAsync() => ContainerVariables.FirstOrDefault(name => Set(name) is not null) is { } name
        ? await UsableAsync(() => new GenericContainerCredentials(), $"the container ({name})")
        : null;

    /// <summary>The credentials of the instance that the program runs on.</summary>
    /// <exception cref="InstanceException">There are none.</exception>
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
    /// <exception cref="InstanceException">It printed none.</exception>
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
