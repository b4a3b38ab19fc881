using Amazon.Runtime;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Aws;

/// <summary>
/// The credentials of a profile. The SDK would build its STS client by reflection for the kinds that take a role, which a native
/// program cannot, and leave it without the source's credentials if it were registered: so roles are taken here.
/// </summary>
/// <param name="roles">Takes roles.</param>
/// <param name="variable">Reads an environment variable.</param>
internal sealed class ProfileCredentials(RoleSessions roles, Func<string, string?> variable)
{
    /// <summary>The profile's credentials, or null when it holds none.</summary>
    /// <exception cref="RollingUpdateException">They are not complete, or a role cannot be taken.</exception>
    /// <exception cref="InstanceException">The credentials that a role is taken with cannot be had.</exception>
    public Task<AWSCredentials?> FindAsync(SharedProfile profile, CancellationToken stop) => FindAsync(profile, [], stop);

    private async Task<AWSCredentials?> FindAsync(SharedProfile profile, IReadOnlyList<string> path, CancellationToken stop) =>
        profile.Options switch
        {
            { RoleArn.Length: > 0, MfaSerial.Length: > 0 } =>
                throw Refused(profile, "asks for the code of an MFA device (mfa_serial), which nobody is here to enter. Name another one."),
            { RoleArn.Length: > 0 } when !path.Contains(profile.Name) => await RoleAsync(profile, path, stop),
            { AccessKey.Length: > 0, SecretKey.Length: > 0 } => new ProfileKeys(profile),
            { RoleArn.Length: > 0 } => throw Refused(profile, $"is its own source: {string.Join(" → ", path.Append(profile.Name))}."),
            { AccessKey.Length: > 0 } => throw Refused(profile, "has aws_access_key_id and no aws_secret_access_key."),
            { SecretKey.Length: > 0 } => throw Refused(profile, "has aws_secret_access_key and no aws_access_key_id."),
            { CredentialProcess.Length: > 0 } => await CredentialChain.UsableAsync(Process(profile), stop),
            { SsoStartUrl.Length: > 0 } or { SsoSession.Length: > 0 } or { SsoAccountId.Length: > 0 } =>
                throw Refused(profile, "signs in with IAM Identity Center (sso_…), where a person has to log in: name another one."),
            { LoginSession.Length: > 0 } =>
                throw Refused(profile, "is one of `aws login`, where a person has to log in: name another one."),
            { EndpointName.Length: > 0 } => throw Refused(profile, "signs in with SAML, which this program cannot."),
            { WebIdentityTokenFile.Length: > 0 } => throw Refused(profile, "has web_identity_token_file and no role_arn."),
            _ => null,
        };

    private async Task<AWSCredentials> RoleAsync(SharedProfile profile, IReadOnlyList<string> path, CancellationToken stop)
    {
        var options = profile.Options;
        var role = RoleArn.Parse(options.RoleArn, $"The role_arn of {profile}");
        return options switch
        {
            { WebIdentityTokenFile.Length: > 0 } => await roles.WithTokenAsync(
                role, options.RoleSessionName, new TokenFile(options.WebIdentityTokenFile, $"web_identity_token_file of {profile}"), stop),
            { SourceProfile.Length: > 0 } or { CredentialSource.Length: > 0 } => await roles.WithCredentialsAsync(
                role, new RoleOptions(options.RoleSessionName, options.ExternalID), await SourceAsync(profile, path, stop), stop),
            _ => throw Refused(
                profile, "has role_arn, and no source_profile, credential_source or web_identity_token_file to take the role with."),
        };
    }

    /// <summary>The credentials that a role is taken with.</summary>
    private async Task<AWSCredentials> SourceAsync(SharedProfile profile, IReadOnlyList<string> path, CancellationToken stop)
    {
        if (profile.Options.SourceProfile is not { Length: > 0 } name)
        {
            return await NamedSourceAsync(profile, stop);
        }

        var source = profile.Source(name);
        return source.Exists
            ? await FindAsync(source, [.. path, profile.Name], stop)
                ?? throw Refused(profile, $"names '{name}' as source_profile, which holds no AWS credentials.")
            : throw Refused(profile, $"names '{name}' as source_profile. {source.NotFound()}");
    }

    private async Task<AWSCredentials> NamedSourceAsync(SharedProfile profile, CancellationToken stop) =>
        profile.Options.CredentialSource.ToUpperInvariant() switch
        {
            "ENVIRONMENT" => EnvironmentKeys.Find(variable)
                ?? throw Refused(profile, "has credential_source = Environment, and AWS_ACCESS_KEY_ID is not set."),
            "EC2INSTANCEMETADATA" => await CredentialChain.InstanceAsync(stop),
            "ECSCONTAINER" => await CredentialChain.ContainerAsync(variable, stop)
                ?? throw Refused(profile, "has credential_source = EcsContainer, and this is no container with a role."),
            _ => throw Refused(
                profile,
                "has a credential_source that is not one; it must be Environment, Ec2InstanceMetadata or EcsContainer."),
        };

    private static NamedCredentials Process(SharedProfile profile) => NamedCredentials.Make(
        () => new ProcessAWSCredentials(profile.Options.CredentialProcess), $"the credential_process of {profile}");

    private static RollingUpdateException Refused(SharedProfile profile, string what) =>
        new(FailureReason.PreflightRefused, $"{SharedProfile.Capital(profile.ToString())} {what} Nothing was changed.");
}
