using Amazon.Runtime;
using Amazon.Util;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Aws;

/// <summary>
/// Looks for credentials where the SDK's default chain does, in the same order: environment variables, web identity token, profile,
/// container, instance. Unlike the SDK's it takes roles in a native program too, and says of each kind what is wrong with it.
/// </summary>
/// <param name="roles">Takes roles.</param>
/// <param name="variable">Reads an environment variable.</param>
internal sealed class CredentialChain(RoleSessions roles, Func<string, string?> variable)
{
    private static readonly string[] ContainerVariables = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

    /// <summary>The first credentials that there are.</summary>
    /// <param name="profile">The profile in use.</param>
    /// <param name="stop">Ends waiting, for as long as the credentials are used.</param>
    /// <exception cref="RollingUpdateException">Those that are configured are not right, or a role cannot be taken.</exception>
    /// <exception cref="InstanceException">There are none, or they cannot be had.</exception>
    public async Task<AWSCredentials> FindAsync(SharedProfile profile, CancellationToken stop) =>
        (IsMeantInsteadOfKeys(profile) ? null : EnvironmentKeys.Find(variable))
        ?? await TokenAsync(stop)
        ?? await ProfileAsync(profile, stop)
        ?? await ContainerAsync(variable, stop)
        ?? await InstanceAsync(stop);

    /// <summary>The credentials of the container that the program runs in, or null outside of one.</summary>
    internal static async Task<AWSCredentials?> ContainerAsync(Func<string, string?> variable, CancellationToken stop) =>
        ContainerVariables.FirstOrDefault(name => variable(name) is { Length: > 0 }) is { } name
            ? await UsableAsync(NamedCredentials.Make(() => new GenericContainerCredentials(), $"the container ({name})"), stop)
            : null;

    /// <summary>The credentials of the instance that the program runs on.</summary>
    internal static async Task<AWSCredentials> InstanceAsync(CancellationToken stop)
    {
        if (!EC2InstanceMetadata.IsIMDSEnabled)
        {
            throw None(". The instance's role is not looked for, as AWS_EC2_METADATA_DISABLED says", null);
        }

        try
        {
            return await UsableAsync(await Task.Run(MakeInstance, stop).WaitAsync(stop), stop);
        }
        catch (InstanceException e) when (e.Kind is InstanceErrorKind.CredentialsMissing)
        {
            throw None($", and {char.ToLowerInvariant(e.Message[0])}{Sentence.Clause(e.Message[1..])}", e);
        }
    }

    /// <summary>What cannot be used is found out before anything is begun.</summary>
    internal static async Task<AWSCredentials> UsableAsync(NamedCredentials credentials, CancellationToken stop)
    {
        await credentials.GetCredentialsAsync().WaitAsync(stop);
        return credentials;
    }

    private static NamedCredentials MakeInstance() =>
        NamedCredentials.Make(() => new InstanceProfileAWSCredentials(), "the role of this machine (instance metadata)");

    /// <summary>A profile that takes a role with the keys in the variables could else never be used.</summary>
    private static bool IsMeantInsteadOfKeys(SharedProfile profile) =>
        profile is { IsNamed: true, Options: { RoleArn.Length: > 0, CredentialSource: { } source } }
        && source.Equals("Environment", StringComparison.OrdinalIgnoreCase);

    private async Task<AWSCredentials?> TokenAsync(CancellationToken stop) =>
        variable(AssumeRoleWithWebIdentityCredentials.WebIdentityTokenFileEnvVariable) is { Length: > 0 } file
        && variable(AssumeRoleWithWebIdentityCredentials.RoleArnEnvVariable) is { Length: > 0 } role
            ? await roles.WithTokenAsync(
                RoleArn.Parse(role, "The variable AWS_ROLE_ARN"),
                variable(AssumeRoleWithWebIdentityCredentials.RoleSessionNameEnvVariable),
                new TokenFile(file, "AWS_WEB_IDENTITY_TOKEN_FILE"),
                stop)
            : null;

    private async Task<AWSCredentials?> ProfileAsync(SharedProfile profile, CancellationToken stop)
    {
        if (profile.IsNamed && !profile.Exists)
        {
            throw new RollingUpdateException(FailureReason.InvalidInput, $"{profile.NotFound()} Nothing was changed.");
        }

        return await new ProfileCredentials(roles, variable).FindAsync(profile, stop);
    }

    private static InstanceException None(string and, Exception? cause) => new(
        InstanceErrorKind.CredentialsMissing,
        "NoCredentials",
        "No usable AWS credentials: AWS_ACCESS_KEY_ID is not set, nor AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN, AWS_PROFILE and the"
        + $" profile 'default' give none, this is no container with a role{and}. Set role-to-assume, or one of these.",
        cause);
}
