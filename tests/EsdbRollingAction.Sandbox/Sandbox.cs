using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Sandbox.Refereeing;
using EsdbRollingAction.Sandbox.Resuming;
using EsdbRollingAction.Sandbox.Wire;

namespace EsdbRollingAction.Sandbox;

/// <summary>A cluster and EC2 on loopback, with a client that writes and a referee that watches.</summary>
public sealed class Sandbox : IAsyncDisposable
{
    private readonly SandboxOptions options;
    private readonly ModelWorld model;
    private readonly SandboxWire wire;
    private readonly AppendingClient client;
    private readonly long start;

    private Sandbox(SandboxOptions options, ModelWorld model, SandboxWire wire)
    {
        this.options = options;
        this.model = model;
        this.wire = wire;
        start = TimeProvider.System.GetTimestamp();
        Referee = new Referee(model, options);
        Idle = new IdleMeter(model, options);
        client = new AppendingClient(wire.NodeUrls, options.Writers, wire.Client, TimeProvider.System);
        ConnectionString = wire.ConnectionString(options);
        var inputs = new Dictionary<string, string>(InputsOf(options), StringComparer.Ordinal)
        {
            ["INPUT_CONNECTION_STRING"] = ConnectionString,
            ["INPUT_STATE_FILE"] = Path.Combine(wire.Folder, "state.json"),
            ["AWS_ENDPOINT_URL_EC2"] = wire.Ec2Url.ToString(),
            ["AWS_ENDPOINT_URL_SSM"] = wire.SsmUrl.ToString(),
            ["AWS_ENDPOINT_URL_CLOUDWATCH"] = wire.CloudWatchUrl.ToString(),
            ["AWS_ACCESS_KEY_ID"] = "sandbox",
            ["AWS_SECRET_ACCESS_KEY"] = "the-secret-key-of-the-sandbox",
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
        if (options.Alarms.Count > 0)
        {
            inputs["INPUT_ALARM_NAMES"] = string.Join('\n', options.Alarms.Select(alarm => alarm.Name));
        }

        ProgramEnvironment = inputs;
    }

    /// <summary>The database: look at its truth, or disturb it.</summary>
    public Cluster Cluster => model.Cluster;

    /// <summary>The machines.</summary>
    public Ec2 Ec2 => model.Ec2;

    /// <summary>What runs commands on the machines.</summary>
    public Ssm Ssm => model.Ssm;

    /// <summary>The alarms.</summary>
    public CloudWatch CloudWatch => model.CloudWatch;

    /// <summary>Who watches the rules.</summary>
    public Referee Referee { get; }

    /// <summary>How long a ready world waits for the program.</summary>
    public IdleMeter Idle { get; }

    /// <summary>The client that appends all the time.</summary>
    public AppendingClient Client => client;

    /// <summary>Every administrative request and every request to EC2, Systems Manager and CloudWatch.</summary>
    public RequestLog Requests => wire.Requests;

    /// <summary>How the cluster is reached.</summary>
    public string ConnectionString { get; }

    /// <summary>Where EC2 is reached.</summary>
    public Uri Ec2Url => wire.Ec2Url;

    /// <summary>Where Systems Manager is reached.</summary>
    public Uri SsmUrl => wire.SsmUrl;

    /// <summary>Where CloudWatch is reached.</summary>
    public Uri CloudWatchUrl => wire.CloudWatchUrl;

    /// <summary>The access keys that EC2 was asked with, in the order in which each was seen first; then those that only others saw.</summary>
    public IReadOnlyList<string> AccessKeys => wire.AccessKeys;

    /// <summary>Completes when EC2 has stopped to answer, see <see cref="Faults.HangsFrom"/>.</summary>
    public Task Ec2Hangs => wire.Outage.Began;

    /// <summary>Base addresses of the nodes, in the order of the options.</summary>
    public IReadOnlyList<Uri> NodeUrls => wire.NodeUrls;

    /// <summary>A folder of this sandbox's own, removed with it.</summary>
    public string Folder => wire.Folder;

    /// <summary>What the program needs in its environment to roll this cluster.</summary>
    public IReadOnlyDictionary<string, string> ProgramEnvironment { get; }

    /// <summary>The certificate authority's certificate, when the nodes speak HTTPS.</summary>
    public string? CertificateAuthorityFile => wire.CertificateAuthorityFile;

    /// <summary>Starts all servers and the client; ready when the first event is appended.</summary>
    public static async Task<Sandbox> StartAsync(SandboxOptions? options = null)
    {
        options ??= new SandboxOptions();
        var addresses = Listener.Addresses(options.Nodes.Count + 3);
        var endpoints = options.Nodes.Zip(addresses, EndpointOf).ToList();
        var model = new ModelWorld(options, TimeProvider.System, endpoints);
        var sandbox = new Sandbox(options, model, new SandboxWire(options, model, endpoints, (addresses[^3], addresses[^2], addresses[^1])));
        await sandbox.client.FirstSuccess;
        return sandbox;
    }

    /// <summary>EC2 answers again.</summary>
    public void EndOutage() => wire.Outage.End();

    /// <summary>
    /// Runs the program and measures its idle time. The referee judges what it leaves behind, unless it was killed: then it could
    /// tidy up nothing.
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="killAfter">When it is killed without warning unless it has ended before; null for never.</param>
    public async Task<ProgramResult> RunAsync(ProgramUnderTest program, TimeSpan? killAfter = null)
    {
        Idle.Begin();
        var result = killAfter is { } delay ? await program.KillAfter(delay) : await program.RunAsync();
        Idle.End();
        if (!program.WasKilled)
        {
            Referee.Finish();
        }

        return result;
    }

    /// <summary>The cluster as it is now, for another sandbox to start from.</summary>
    public LeftCluster Left() => LeftCluster.Of(options, model);

    /// <summary>Whatever went wrong at random moments goes wrong no more.</summary>
    public void Calm() => model.Troublemaker?.Calm();

    /// <summary>What went wrong at random moments so far, apart from requests.</summary>
    public IReadOnlyList<string> Troubles => model.World.Do<IReadOnlyList<string>>(() => [.. model.Troublemaker?.Told ?? []]);

    /// <summary>Real time since it started, as in the referee's history.</summary>
    public TimeSpan Elapsed => model.World.Do(() => model.World.ToReal(model.World.Now));

    /// <summary>What came of it so far.</summary>
    public SandboxReport Report() => new(
        options.Nodes.Count,
        Referee.NodesUpdated,
        Referee.LeadershipMoves,
        client.LongestGap,
        Referee.LongestUnwritable,
        TimeProvider.System.GetElapsedTime(start),
        options.TimeScale,
        Idle.Total,
        Idle.MedianPerNode,
        Idle.Waits,
        Referee.BrokenRules)
    {
        WithoutWrites = client.WithoutWrites,
        RequestsOfEc2 = Requests.Entries.Count(request => request.Target == "ec2"),
        RequestsOfSsm = Requests.Entries.Count(request => request.Target == "ssm"),
        RequestsOfNodes = Requests.Entries.Count(request => request.Target is not ("ec2" or "ssm" or CloudWatchServer.Target)) + Requests.Questions,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        wire.Dispose();
    }

    /// <summary>What is to be rolled.</summary>
    private static Dictionary<string, string> InputsOf(SandboxOptions options) => options switch
    {
        { Command: { } command } => InputsOf(command),
        { Upgrade: { } upgrade } => InputsOf(upgrade),
        { Restarts: { } kind } => new()
        {
            ["INPUT_UPDATE_STRATEGY"] = Strategies.Restart,
            ["INPUT_RESTART_KIND"] = Strategies.NameOf(kind),
        },
        _ => new() { ["INPUT_TARGET_INSTANCE_TYPE"] = options.TargetInstanceType },
    };

    private static Dictionary<string, string> InputsOf(CommandOptions command)
    {
        var inputs = SsmInputsOf(command);
        inputs["INPUT_UPDATE_STRATEGY"] = Strategies.Command;
        inputs["INPUT_REBOOT_AFTER"] = command.RebootAfter ? "true" : "false";
        return inputs;
    }

    private static Dictionary<string, string> InputsOf(UpgradeOptions upgrade)
    {
        var inputs = SsmInputsOf(upgrade.Command);
        inputs["INPUT_UPDATE_STRATEGY"] = Strategies.Upgrade;
        inputs["INPUT_TARGET_SERVER_VERSION"] = upgrade.TargetVersion;
        return inputs;
    }

    private static Dictionary<string, string> SsmInputsOf(CommandOptions command)
    {
        var inputs = new Dictionary<string, string>
        {
            ["INPUT_SSM_DOCUMENT"] = command.Document,
            ["INPUT_SSM_PARAMETERS"] = command.ParametersJson,
        };
        if (command.RollbackParametersJson is { } rollback)
        {
            inputs["INPUT_SSM_ROLLBACK_PARAMETERS"] = rollback;
        }

        return inputs;
    }

    private static (string Address, int Port) EndpointOf(NodeOptions node, string unused) => node.Left is { } left
        ? (left.Address, left.Port)
        : (unused, Listener.PortOn(unused));
}
