using Amazon.Runtime;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Aws;

/// <summary>
/// The credentials of a profile. The SDK would build its STS client by reflection for the kinds that take a role, which a native
/// program cannot, and leave it without the source's credentials if it were registered: so roles are taken here.
/// </summary>
internal sealed class ProfileCredentials(RoleSessions roles, CredentialSources sources)
{
    /// <summary>The profile's credentials, or null when it holds none.</summary>
    public Task<AWSCredentials?> FindAsync(SharedProfile profile) => FindAsync(profile, []);

    private async Task<AWSCredentials?> FindAsync(SharedProfile profile, IReadOnlyList<string> path) => profile.Options switch
    {
        { RoleArn.Length: > 0, MfaSerial.Length: > 0 } =>
            throw Refused(profile, "asks for the code of an MFA device (mfa_serial), which nobody is here to enter. Name another one."),
        { RoleArn.Length: > 0 } when !path.Contains(profile.Name) => await RoleAsync(profile, path),
        { AccessKey.Length: > 0, SecretKey.Length: > 0 } => new ProfileKeys(profile),
        { RoleArn.Length: > 0 } => throw Refused(profile, $"is its own source: {string.Join(" → ", path.Append(profile.Name))}."),
        { AccessKey.Length: > 0 } => throw Refused(profile, "has aws_access_key_id and no aws_secret_access_key."),
        { SecretKey.Length: > 0 } => throw Refused(profile, "has aws_secret_access_key and no aws_access_key_id."),
        { CredentialProcess.Length: > 0 } process =>
            await sources.ProcessAsync(process.CredentialProcess, $"the credential_process of {profile}"),
        { SsoStartUrl.Length: > 0 } or { SsoSession.Length: > 0 } or { SsoAccountId.Length: > 0 } =>
            throw Refused(profile, "signs in with IAM Identity Center (sso_…), where a person has to log in: name another one."),
        { LoginSession.Length: > 0 } =>
            throw Refused(profile, "is one of `aws login`, where a person has to log in: name another one."),
        { EndpointName.Length: > 0 } => throw Refused(profile, "signs in with SAML, which this program cannot."),
        { WebIdentityTokenFile.Length: > 0 } => throw Refused(profile, "has web_identity_token_file and no role_arn."),
        _ => null,
    };

    private async Task<AWSCredentials> RoleAsync(SharedProfile profile, IReadOnlyList<string> path)
    {
        var options = profile.Options;
        var role = RoleArn.Parse(options.RoleArn, $"The role_arn of {profile}");
        if (options is { WebIdentityTokenFile: { Length: > 0 } file })
        {
            var token = new TokenFile(file, $"web_identity_token_file of {profile}");
            return await roles.WithTokenAsync(role, options.RoleSessionName, token);
        }

        return await roles.WithCredentialsAsync(role, profile, await SourceAsync(profile, path));
    }

    /// <summary>The credentials that a role is taken with.</summary>
    private async Task<AWSCredentials> SourceAsync(SharedProfile profile, IReadOnlyList<string> path) =>
        (profile.Options.SourceProfile, profile.Options.CredentialSource?.ToUpperInvariant()) switch
        {
            ({ Length: > 0 } name, _) => await OtherProfileAsync(profile, name, path),
            (_, null or "") => throw Refused(
                profile, "has role_arn, and no source_profile, credential_source or web_identity_token_file to take the role with."),
            (_, "ENVIRONMENT") => sources.Environment()
                ?? throw Refused(profile, "has credential_source = Environment, and AWS_ACCESS_KEY_ID is not set."),
            (_, "EC2INSTANCEMETADATA") => await sources.InstanceAsync(),
            (_, "ECSCONTAINER") => await sources.ContainerAsync()
                ?? throw Refused(profile, "has credential_source = EcsContainer, and this is no container with a role."),
            _ => throw Refused(
                profile, "has a credential_source that is not one; it must be Environment, Ec2InstanceMetadata or EcsContainer."),
        };

    private async Task<AWSCredentials> OtherProfileAsync(SharedProfile profile, string name, IReadOnlyList<string> path)
    {
        var source = profile.Source(name);
        if (!source.Exists)
        {
            throw Refused(profile, $"names '{name}' as source_profile. {source.NotFound()}");
        }

        return await FindAsync(source, [.. path, profile.Name])
            ?? throw Refused(profile, $"names '{name}' as source_profile, which holds no AWS credentials.");
    }

    private static RollingUpdateException Refused(SharedProfile profile, string what) =>
        new(FailureReason.PreflightRefused, $"{SharedProfile.Capital(profile.ToString())} {what} Nothing was changed.");
}

/// <summary>Keys that stand in a profile. Whoever renews them writes them there, so they are read again for each request.</summary>
internal sealed class ProfileKeys(SharedProfile profile) : AWSCredentials
{
    private volatile ImmutableCredentials last = Of(profile)!;

    public override ImmutableCredentials GetCredentials()
    {
        try
        {
            last = Of(profile.Source(profile.Name)) ?? last;
        }
        catch (RollingUpdateException)
        {
            // Half written or being replaced: the keys that were there may still be good, and EC2 says when they are not.
        }

        return last;
    }

    private static ImmutableCredentials? Of(SharedProfile profile) =>
        profile.Options is { AccessKey.Length: > 0, SecretKey.Length: > 0 } keys
            ? new ImmutableCredentials(keys.AccessKey, keys.SecretKey, string.IsNullOrEmpty(keys.Token) ? null : keys.Token)
            : null;
}
