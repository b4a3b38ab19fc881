using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Strategies;

/// <summary>Systems Manager over a fixture's picture: a command takes ten seconds, and shows two seconds after it was sent.</summary>
internal sealed class FakeCommands(ServiceFixture roll) : ICommands
{
    private readonly List<Sent> all = [];

    /// <summary>How long a command takes.</summary>
    public TimeSpan Takes { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How late a command shows.</summary>
    public TimeSpan Shows { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What becomes of a command; by default it succeeds.</summary>
    public Func<CommandToSend, CommandOutcome> EndsAs { get; set; } = _ => new CommandOutcome("Success", 0);

    /// <summary>What is done to the node when its command begins.</summary>
    public Action<PicturedNode> Begins { get; set; } = _ => { };

    /// <summary>What is done to the node when its command ends.</summary>
    public Action<PicturedNode> Ends { get; set; } = _ => { };

    /// <summary>Why the next requests are refused, before anything is done.</summary>
    public Func<CommandToSend, InstanceException?> Refuses { get; set; } = _ => null;

    /// <summary>Whether the answer to a request that is taken is lost.</summary>
    public Func<CommandToSend, bool> LosesAnswer { get; set; } = _ => false;

    /// <summary>Why nothing can be found.</summary>
    public Func<InstanceException?> CannotFind { get; set; } = () => null;

    public CommandDocument? Document { get; set; } = new("1", "Command", "Active")
    {
        Parameters = new Dictionary<string, bool> { ["commands"] = true, ["executionTimeout"] = false },
        Platforms = ["Linux", "MacOS"],
    };

    /// <summary>What Patch Manager says of an instance.</summary>
    public Func<string, PatchState?> Patches { get; set; } = _ => null;

    /// <summary>Why it says nothing.</summary>
    public InstanceException? CannotTellPatches { get; set; }

    public Dictionary<string, CommandAgent> Agents { get; } =
        roll.Picture.Nodes.ToDictionary(node => node.Ec2Id, _ => new CommandAgent("Online", "Linux"));

    public List<string> Cancelled { get; } = [];

    /// <summary>Instances, each time that commands were looked for on one.</summary>
    public List<string> LookedForOn { get; } = [];

    /// <summary>Whether a command ends when it is cancelled: AWS promises nothing.</summary>
    public bool HearsCancel { get; set; } = true;

    /// <summary>How long this command takes; null for <see cref="Takes"/>.</summary>
    public Func<CommandToSend, TimeSpan>? TakesOf { get; set; }

    /// <summary>What becomes of what does nothing; null while that is not shown.</summary>
    public CommandOutcome? ProbeOutcome { get; set; } = new("Success", 0);

    /// <summary>What was sent, apart from what does nothing.</summary>
    public IEnumerable<CommandToSend> Commands => all.Select(sent => sent.Command).Where(command => !IsProbe(command));

    public static bool IsProbe(CommandToSend command) => command.Comment.EndsWith("probe", StringComparison.Ordinal);

    public Task<string> SendAsync(CommandToSend command, CancellationToken cancellationToken)
    {
        if (Refuses(command) is { } refusal)
        {
            throw refusal;
        }

        var sent = new Sent($"c-{all.Count}", command, roll.Time.GetUtcNow(), EndsAs(command));
        all.Add(sent);
        if (!IsProbe(command))
        {
            var node = roll.Picture.Nodes.Single(node => node.Ec2Id == command.InstanceIds.Single());
            Begins(node);
            roll.After(TakesOf?.Invoke(command) ?? Takes, () => End(sent, node));
        }

        return LosesAnswer(command)
            ? throw new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "The connection was reset.")
            : Task.FromResult(sent.Id);
    }

    public Task<IReadOnlyList<SentCommand>> FindAsync(string instanceId, DateTimeOffset after, CancellationToken cancellationToken)
    {
        LookedForOn.Add(instanceId);
        return CannotFind() is { } problem
            ? throw problem
            : Task.FromResult<IReadOnlyList<SentCommand>>(
            [
                .. all.AsEnumerable().Reverse().Where(sent => sent.Command.InstanceIds.Contains(instanceId) && sent.At >= after && IsShown(sent))
                    .Select(sent => new SentCommand(sent.Id, sent.Command.Comment, sent.At)),
            ]);
    }

    public Task<CommandOutcome?> ReadAsync(string commandId, string instanceId, CancellationToken cancellationToken)
    {
        var sent = all.Single(sent => sent.Id == commandId);
        return Task.FromResult(
            IsProbe(sent.Command) ? (roll.Time.GetUtcNow() - sent.At >= TimeSpan.FromSeconds(2) ? ProbeOutcome : null)
            : !IsShown(sent) ? null
            : sent.Outcome ?? new CommandOutcome("InProgress"));
    }

    public Task CancelAsync(string commandId, string instanceId, CancellationToken cancellationToken)
    {
        Cancelled.Add(instanceId);
        if (HearsCancel)
        {
            all.Single(sent => sent.Id == commandId).Outcome = new CommandOutcome("Cancelled");
        }

        return Task.CompletedTask;
    }

    public Task<CommandDocument?> DescribeDocumentAsync(string name, string version, CancellationToken cancellationToken) => Task.FromResult(Document);

    public Task<PatchState?> PatchesAsync(string instanceId, CancellationToken cancellationToken) =>
        CannotTellPatches is { } problem ? throw problem : Task.FromResult(Patches(instanceId));

    public Task<IReadOnlyDictionary<string, CommandAgent>> AgentsAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, CommandAgent>>(Agents);

    private bool IsShown(Sent sent) => roll.Time.GetUtcNow() - sent.At >= Shows;

    private void End(Sent sent, PicturedNode node)
    {
        if (sent.Outcome is null)
        {
            sent.Outcome = sent.Ending;
            Ends(node);
        }
    }

    private sealed record Sent(string Id, CommandToSend Command, DateTimeOffset At, CommandOutcome Ending)
    {
        public CommandOutcome? Outcome { get; set; }
    }
}
