using System.Net;
using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;

namespace EsdbRollingAction.Core.Aws;

/// <summary>How the program signs in to AWS.</summary>
/// <param name="Region">The input, or null.</param>
/// <param name="Role">The role that is taken with a token; null for the default chain of credentials.</param>
/// <param name="Identity">Gives tokens.</param>
/// <param name="SessionName">What CloudTrail shows.</param>
public sealed record AwsSignIn(string? Region, RoleArn? Role, IWebIdentity Identity, string SessionName);

/// <summary>
/// Everything that AWS is asked with. It is made here and nowhere else: what is wrong with region, profile, credentials or endpoints
/// shows while it is made, before anything is begun, whoever throws it.
/// </summary>
public sealed class AwsAccess : IDisposable
{
    private readonly List<IDisposable> made = [];

    private AwsAccess()
    {
    }

    /// <summary>EC2.</summary>
    public Ec2Calls Ec2 { get; private set; } = null!;

    /// <summary>Where the instances are asked for; null where an endpoint is set and nothing names a region.</summary>
    public string? Region { get; private set; }

    /// <summary>The account, where the role or the environment names it; null where only AWS could tell.</summary>
    public string? Account { get; private set; }

    /// <summary>Systems Manager.</summary>
    public SsmCalls Ssm { get; private set; } = null!;

    /// <summary>Auto Scaling.</summary>
    public IAutoScaling AutoScaling { get; private set; } = null!;

    /// <summary>The alarms of CloudWatch.</summary>
    public IAlarms Alarms { get; private set; } = null!;

    /// <summary>Signs in.</summary>
    /// <param name="signIn">How.</param>
    /// <param name="notice">Called, from another thread, when a session could not be renewed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends waiting, for as long as the credentials are used.</param>
    /// <exception cref="RollingUpdateException">Something that is configured is not right, or a role cannot be taken.</exception>
    /// <exception cref="InstanceException">There are no credentials or no region, or they cannot be had.</exception>
    public static async Task<AwsAccess> OpenAsync(AwsSignIn signIn, Action<string> notice, TimeProvider time, CancellationToken stop)
    {
        var access = new AwsAccess();
        try
        {
            await access.SignInAsync(signIn, notice, time, stop);
            return access;
        }
        catch (Exception e)
        {
            access.Dispose();
            if (Translate(e) is { } translated)
            {
                throw translated;
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        made.Reverse();
        made.ForEach(one => one.Dispose());
        made.Clear();
    }

    /// <summary>What the SDK and the runtime throw meanwhile is about the configuration. Null for what says itself what it is.</summary>
    internal static RollingUpdateException? Translate(Exception exception) =>
        exception is InstanceException or RollingUpdateException or OperationCanceledException
            ? null
            : RollingUpdateException.InvalidInput(
                "The AWS settings cannot be used: "
                + SharedProfile.WithoutLine(PlainWords.WithoutCauses(exception.GetBaseException().Message)));

    private async Task SignInAsync(AwsSignIn signIn, Action<string> notice, TimeProvider time, CancellationToken stop)
    {
        // Before there is a client: what is wrong with AWS_CA_BUNDLE would else be thrown out of a call.
        _ = BoundedHttp.Client;
        AwsEndpoints.Check(Environment.GetEnvironmentVariable);
        var profile = SharedProfile.InUse(Environment.GetEnvironmentVariable);
        var region = AwsRegion.Find(signIn.Region, profile, Environment.GetEnvironmentVariable);
        var configuration = Ec2Client.Configuration(region);

        // Where nothing tells the region the SDK asks the instance, and waits for one that is not there.
        await Task.Run(() => Ec2Client.RequireRegion(configuration), stop).WaitAsync(stop);
        await AwsEndpoints.CheckRegionAsync(configuration, Dns.GetHostAddressesAsync, stop);
        Region = region ?? configuration.RegionEndpoint?.SystemName;
        Account = signIn.Role?.Account ?? AccountOf(Environment.GetEnvironmentVariable);
        var roles = new RoleSessions(region, signIn.SessionName, new SessionRenewal(notice, time, stop));
        made.Add(roles);
        var sources = new CredentialSources(Environment.GetEnvironmentVariable, stop);
        var credentials = signIn.Role is { } role
            ? await roles.WithTokenAsync(role, name: null, signIn.Identity)
            : await new CredentialChain(roles, Environment.GetEnvironmentVariable, sources).FindAsync(profile);
        var ec2 = Ec2Client.Create(region, credentials);
        made.Add(ec2);
        var once = Ec2Client.Create(region, credentials, repeats: false);
        made.Add(once);
        Ec2 = new Ec2Calls(ec2, once);
        Ssm = new SsmCalls(region, credentials);
        made.Add(Ssm);
        AutoScaling = new AutoScalingApi(Query(QueryService.AutoScaling));
        Alarms = new CloudWatchAlarms(Query(QueryService.CloudWatch));

        QueryApi Query(QueryService service) =>
            new(service, QueryEndpoint.Find(service, configuration, credentials, Environment.GetEnvironmentVariable), time);
    }

    private static string? AccountOf(Func<string, string?> variable) =>
        variable("AWS_ACCOUNT_ID")?.Trim() is { Length: 12 } account && account.All(char.IsAsciiDigit) ? account : null;
}
