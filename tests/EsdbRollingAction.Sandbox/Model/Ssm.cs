namespace EsdbRollingAction.Sandbox.Model;

/// <summary>
/// Systems Manager with an agent on every machine. What it shows is some seconds old, and a command that it has accepted does not
/// show at once.
/// </summary>
public sealed partial class Ssm
{
    private const double StatusStaleness = 2;
    private readonly World world;
    private readonly Cluster cluster;
    private readonly Ec2 ec2;
    private readonly SandboxOptions options;
    private readonly SsmPrograms programs;
    private readonly Dictionary<string, SsmMachine> machines;
    private readonly List<SsmSent> commands = [];
    private readonly Queue<SsmMishap> mishaps = new();
    private readonly DateTimeOffset origin;

    internal Ssm(World world, Cluster cluster, Ec2 ec2, SandboxOptions options)
    {
        this.world = world;
        this.cluster = cluster;
        this.ec2 = ec2;
        this.options = options;
        programs = new SsmPrograms(world, options.Unit, options.Faults, options.Command?.Patched ?? []);
        machines = options.Nodes.ToDictionary(node => node.InstanceId, node => new SsmMachine(node.InstanceId, node.Name)
        {
            IsMissing = node.Name == options.Faults.AgentMissing,
            IsOffline = node.Name == options.Faults.AgentOffline,
        });
        origin = world.Do(() => world.Time.GetUtcNow() - world.ToReal(world.Now));
        ec2.Booted = OnBooted;
        foreach (var mishap in Enumerable.Repeat(SsmMishap.AnswerLost, options.Faults.SsmAnswersLost)
            .Concat(Enumerable.Repeat(SsmMishap.NeverDelivered, options.Faults.SsmDeliveriesLost)))
        {
            mishaps.Enqueue(mishap);
        }
    }

    /// <summary>What becomes of the next command that is the expected one; of the next one at all where none is expected.</summary>
    public void Spoil(SsmMishap mishap) => world.Do(() => mishaps.Enqueue(mishap));

    /// <summary>The agent of this node does not reach Systems Manager any more, or does again.</summary>
    public void SetOffline(string node, bool isOffline) => world.Do(() =>
    {
        MachineOf(node).IsOffline = isOffline;
        if (IsOnline(MachineOf(node)))
        {
            Reach(MachineOf(node));
        }
    });

    /// <summary>The database of this node does not start any more, whoever starts it, or does again.</summary>
    public void Break(string node, bool isBroken = true) => world.Do(() => cluster.Find(node).IsBroken = isBroken);

    /// <summary>Something was installed on the node's machine that wants a reboot.</summary>
    public bool IsRebootPending(string node) => world.Look(() => MachineOf(node).IsRebootPending);

    /// <summary>What is accepted and what became of it, as it is. Newest first.</summary>
    public IReadOnlyList<SsmInvocation> Truth => world.Look<IReadOnlyList<SsmInvocation>>(() =>
        [.. commands.AsEnumerable().Reverse().SelectMany(sent => sent.Runs).Select(run => View(run, run.Now))]);

    /// <summary>Whether the answer to this command is lost.</summary>
    public bool IsAnswerLost(string commandId) => world.Look(() => commands.Exists(sent => sent.Id == commandId && sent.IsAnswerLost));

    /// <summary>The agents, of some instances or all. A machine without an agent is not among them.</summary>
    public IReadOnlyList<SsmAgent> DescribeInstanceInformation(IReadOnlyList<string>? instanceIds = null) =>
        world.Look<IReadOnlyList<SsmAgent>>(() => [.. machines.Values.Where(machine => !machine.IsMissing && instanceIds?.Contains(machine.InstanceId) != false).Select(View)]);

    /// <summary>What Patch Manager knows of a machine: what was found out when patches were last looked for there; null before.</summary>
    public SsmPatches? PatchesOf(string instanceId) => world.Look(() =>
        machines.GetValueOrDefault(instanceId)?.Patches is { } patches && patches.ShownAt <= world.Now ? patches : null);

    /// <summary>A document, in the version that is asked for.</summary>
    /// <exception cref="SsmException">There is none.</exception>
    public static SsmDocument DescribeDocument(string name, string? version = null) => SsmDocument.Find(name, version);

    /// <summary>Takes a command. The same one again is another one.</summary>
    /// <exception cref="SsmException">It is refused.</exception>
    public SsmCommand SendCommand(SsmCommandRequest request) => world.Do(() =>
    {
        var document = Accepted(request);
        var isSpoiled = options.Rolled?.IsSame(request) != false;
        var mishap = isSpoiled && mishaps.TryDequeue(out var next) ? next : (SsmMishap?)null;
        var named = request with { InstanceIds = [.. request.InstanceIds.Distinct()] };
        var sent = new SsmSent($"{world.NewGuid()}", named, document, Utc(world.Now))
        {
            ListedAt = world.Now + Late(0.5, 5),
            IsAnswerLost = mishap == SsmMishap.AnswerLost,
        };
        commands.Add(sent);
        foreach (var id in sent.Request.InstanceIds)
        {
            Take(sent, machines[id], mishap);
        }

        return View(sent, run => run.Now);
    });

    /// <summary>What became of a command on an instance.</summary>
    /// <exception cref="SsmException">There is none, or it does not show yet.</exception>
    public SsmInvocation GetCommandInvocation(string commandId, string instanceId) => world.Look(() =>
        Runs.FirstOrDefault(run => run.Sent.Id == commandId && run.Machine.InstanceId == instanceId) is { } run && run.VisibleAt <= world.Now
            ? View(run, Shown(run))
            : throw new SsmException(
                "InvocationDoesNotExist", "The command ID and managed node ID you specified did not match any invocations."));

    /// <summary>Commands, the newest first. One that was just accepted is not among them yet.</summary>
    public IReadOnlyList<SsmCommand> ListCommands(SsmFilter? filter = null) => world.Look<IReadOnlyList<SsmCommand>>(() =>
        [.. Listed(filter ?? new SsmFilter()).Select(sent => View(sent, Shown))]);

    /// <summary>The same, for each instance.</summary>
    public IReadOnlyList<SsmInvocation> ListCommandInvocations(SsmFilter? filter = null) => world.Look<IReadOnlyList<SsmInvocation>>(() =>
        [.. Listed(filter ?? new SsmFilter()).SelectMany(sent => sent.Runs)
            .Where(run => filter?.InstanceId is null || filter.InstanceId == run.Machine.InstanceId)
            .Select(run => View(run, Shown(run)))]);

    /// <summary>Begins to cancel a command, on some of its instances or on all.</summary>
    /// <exception cref="SsmException">There is no such command, or it was not sent there.</exception>
    public void CancelCommand(string commandId, IReadOnlyList<string>? instanceIds = null) => world.Do(() =>
    {
        var sent = commands.Find(sent => sent.Id == commandId)
            ?? throw new SsmException("InvalidCommandId", $"There is no command {commandId}.");
        if (instanceIds?.FirstOrDefault(id => !sent.Request.InstanceIds.Contains(id)) is { } stranger)
        {
            throw new SsmException("InvalidInstanceId", $"The command was not sent to {stranger}.");
        }

        foreach (var run in sent.Runs.Where(run => instanceIds is null or [] || instanceIds.Contains(run.Machine.InstanceId)))
        {
            Cancel(run);
        }
    });

    private IEnumerable<SsmSent> Listed(SsmFilter filter) => commands.AsEnumerable().Reverse().Where(sent => sent.ListedAt <= world.Now
        && (filter.CommandId is null || sent.Id == filter.CommandId)
        && (filter.InstanceId is null || sent.Request.InstanceIds.Contains(filter.InstanceId))
        && (filter.InvokedAfter is null || sent.RequestedAt >= filter.InvokedAfter));

    private SsmDocument Accepted(SsmCommandRequest request)
    {
        if (request.Comment.Length > 100)
        {
            throw Invalid($"Value '{request.Comment}' at 'comment' must have length less than or equal to 100");
        }

        if (request.TimeoutSeconds is < 30 or > 2_592_000)
        {
            throw Invalid($"Value '{request.TimeoutSeconds}' at 'timeoutSeconds' must be between 30 and 2592000");
        }

        if (request.InstanceIds.Count is 0 or > 50)
        {
            throw Invalid("Between 1 and 50 instances must be named.");
        }

        var document = SsmDocument.Find(request.DocumentName, request.DocumentVersion);
        document.Require(request.Parameters);
        return request.InstanceIds.All(id => machines.TryGetValue(id, out var machine) && !machine.IsMissing)
            ? document
            : throw new SsmException(
                "InvalidInstanceId", $"Instances [[{string.Join(", ", request.InstanceIds)}]] not in a valid state for account 123456789012");
    }

    private static SsmException Invalid(string why) => new("ValidationException", $"1 validation error detected: {why}");

    private SsmMachine MachineOf(string node) => machines.Values.Single(machine => machine.Node == node);

    private bool IsOnline(SsmMachine machine) => machine is { IsMissing: false, IsOffline: false } && ec2.IsBooted(machine.Node);

    private SsmAgent View(SsmMachine machine) => new(
        machine.InstanceId,
        machine.Node,
        IsOnline(machine),
        IsOnline(machine) ? Utc(world.Now) : machine.IsOffline ? origin.AddMinutes(-20) : Utc(ec2.DownSince(machine.Node)));

    private SsmState Shown(SsmRun run) => run.At(world.Now - Late(0, StatusStaleness));

    /// <summary>Drawn anew at every look.</summary>
    private TimeSpan Late(double shortest, double longest) =>
        TimeSpan.FromSeconds(options.Faults.SsmLate ? longest : world.Between(shortest, longest));

    private DateTimeOffset Utc(TimeSpan now) => origin + world.ToReal(now);

    private static SsmInvocation View(SsmRun run, SsmState state) =>
        new(View(run.Sent, state), run.Machine.InstanceId, run.Node);

    private static SsmCommand View(SsmSent sent, Func<SsmRun, SsmState> look)
    {
        var states = sent.Runs.Select(look).ToList();
        var all = states.Count == 1 ? states[0] : states.MinBy(state => Array.IndexOf(WorstFirst, state.Status))!;
        return View(sent, new SsmState(all.Status, states.Count == 1 ? all.Details : all.Status));
    }

    /// <summary>What counts for a command on several instances: first that it goes on somewhere.</summary>
    private static readonly string[] WorstFirst =
        ["Cancelling", "InProgress", "Delayed", "Pending", "Failed", "TimedOut", "Cancelled", "Success"];

    private static SsmCommand View(SsmSent sent, SsmState state) =>
        new(sent.Id, sent.Request, sent.Document.Version, sent.RequestedAt, state);
}
