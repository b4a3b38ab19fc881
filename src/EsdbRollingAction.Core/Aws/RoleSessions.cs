using Amazon.Runtime;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Aws;

/// <summary>Takes roles, and keeps their sessions renewed until it is disposed of.</summary>
/// <param name="region">Region whose STS is asked, or null for the SDK's own.</param>
/// <param name="sessionName">What a session is called when nothing else is said.</param>
/// <param name="notice">Told when a renewal fails.</param>
/// <param name="time">The clock.</param>
internal sealed class RoleSessions(string? region, string sessionName, Action<string> notice, TimeProvider time) : IDisposable
{
    private readonly List<AssumedRole> kept = [];

    /// <summary>Takes a role by showing a token.</summary>
    /// <param name="role">The role.</param>
    /// <param name="name">What the session is called, or null.</param>
    /// <param name="identity">Gives a token for every renewal.</param>
    /// <param name="stop">Ends waiting for a renewal, for as long as the session is used.</param>
    /// <exception cref="RollingUpdateException">The role cannot be taken; nothing was changed.</exception>
    public async Task<AWSCredentials> WithTokenAsync(RoleArn role, string? name, IWebIdentity identity, CancellationToken stop) =>
        Keep(await AssumedRole.AssumeAsync(Role(role, name), identity, notice, time, stop));

    /// <summary>Takes a role with other credentials.</summary>
    /// <param name="role">The role.</param>
    /// <param name="options">What the profile says of the session.</param>
    /// <param name="source">The other credentials.</param>
    /// <param name="stop">Ends waiting for a renewal, for as long as the session is used.</param>
    /// <exception cref="RollingUpdateException">The role cannot be taken; nothing was changed.</exception>
    public async Task<AWSCredentials> WithCredentialsAsync(
        RoleArn role, RoleOptions options, AWSCredentials source, CancellationToken stop)
    {
        var taken = Role(role, options.SessionName) with { ExternalId = options.ExternalId };
        return Keep(await AssumedRole.AssumeAsync(taken, source, notice, time, stop));
    }

    /// <inheritdoc/>
    public void Dispose() => kept.ForEach(role => role.Dispose());

    private RoleToAssume Role(RoleArn role, string? name) => new(role, string.IsNullOrEmpty(name) ? sessionName : name, region);

    private AssumedRole Keep(AssumedRole role)
    {
        kept.Add(role);
        return role;
    }
}

/// <summary>What a profile says of a role's session.</summary>
/// <param name="SessionName">What it is called, or null.</param>
/// <param name="ExternalId">What the role's owner asks for, or null.</param>
internal sealed record RoleOptions(string? SessionName, string? ExternalId);
