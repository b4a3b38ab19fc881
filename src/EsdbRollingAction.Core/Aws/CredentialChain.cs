using Amazon.Runtime;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Aws;

/// <summary>
/// Looks for credentials where the SDK's default chain does, in the same order: environment variables, web identity token, profile,
/// container, instance. Unlike the SDK's it takes roles in a native program too, and says of each kind what is wrong with it.
/// </summary>
internal sealed class CredentialChain(RoleSessions roles, Func<string, string?> variable, CredentialSources sources)
{
    /// <summary>The first credentials that there are.</summary>
    /// <exception cref="RollingUpdateException">Those that are configured are not right, or a role cannot be taken.</exception>
    /// <exception cref="InstanceException">There are none, or they cannot be had.</exception>
    public async Task<AWSCredentials> FindAsync(SharedProfile profile) =>
        (IsMeantInsteadOfKeys(profile) ? null : sources.Environment())
        ?? await TokenAsync()
        ?? await ProfileAsync(profile)
        ?? await sources.ContainerAsync()
        ?? await sources.InstanceAsync();

    /// <summary>A profile that takes a role with the keys in the variables could else never be used.</summary>
    private static bool IsMeantInsteadOfKeys(SharedProfile profile) =>
        profile is { IsNamed: true, Options: { RoleArn.Length: > 0, CredentialSource: { } source } }
        && source.Equals("Environment", StringComparison.OrdinalIgnoreCase);

    private async Task<AWSCredentials?> TokenAsync()
    {
        var file = variable(AssumeRoleWithWebIdentityCredentials.WebIdentityTokenFileEnvVariable);
        var role = variable(AssumeRoleWithWebIdentityCredentials.RoleArnEnvVariable);
        if (string.IsNullOrEmpty(file) || string.IsNullOrEmpty(role))
        {
            return null;
        }

        return await roles.WithTokenAsync(
            RoleArn.Parse(role, "The variable AWS_ROLE_ARN"),
            variable(AssumeRoleWithWebIdentityCredentials.RoleSessionNameEnvVariable),
            new TokenFile(file, "AWS_WEB_IDENTITY_TOKEN_FILE"));
    }

    private Task<AWSCredentials?> ProfileAsync(SharedProfile profile) => profile is { IsNamed: true, Exists: false }
        ? throw RollingUpdateException.InvalidInput(profile.NotFound())
        : new ProfileCredentials(roles, sources).FindAsync(profile);
}
