using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.GitHub;

/// <summary>Who the program is to AWS.</summary>
internal sealed class AwsLogin : IDisposable
{
    private OidcToken? identity;

    /// <summary>The role's credentials, or null: the SDK looks for others by itself.</summary>
    public AssumedRole? Credentials { get; private set; }

    /// <summary>Logs in as a role, by what GitHub says of the workflow.</summary>
    public static async Task<AwsLogin> AsAsync(RoleToAssume role, Action<string> notice, TimeProvider time, CancellationToken cancellationToken)
    {
        var login = new AwsLogin { identity = new OidcToken(Environment.GetEnvironmentVariable, time) };
        try
        {
            login.Credentials = await AssumedRole.AssumeAsync(role, login.identity, notice, time, cancellationToken);
            return login;
        }
        catch
        {
            login.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Credentials?.Dispose();
        identity?.Dispose();
    }
}
