namespace EsdbRollingAction.Core.Ssm;

/// <summary>What a roll needs of AWS Systems Manager, which runs a command on an instance.</summary>
public interface ICommands
{
    /// <summary>Sends the command, once: Systems Manager takes each request for another command.</summary>
    /// <returns>The command's id.</returns>
    /// <exception cref="Ec2.InstanceException">It refused, or did not answer: then the command may have been sent.</exception>
    Task<string> SendAsync(CommandToSend command, CancellationToken cancellationToken);

    /// <summary>The commands that were sent to the instance, newest first. One that was sent a moment ago may be missing.</summary>
    /// <exception cref="Ec2.InstanceException">Systems Manager did not answer the question.</exception>
    Task<IReadOnlyList<SentCommand>> FindAsync(string instanceId, DateTimeOffset after, CancellationToken cancellationToken);

    /// <summary>How far the command is on the instance; null while that is not shown yet.</summary>
    /// <exception cref="Ec2.InstanceException">Systems Manager did not answer the question.</exception>
    Task<CommandOutcome?> ReadAsync(string commandId, string instanceId, CancellationToken cancellationToken);

    /// <summary>Asks to end the command. What it has done stays done.</summary>
    /// <exception cref="Ec2.InstanceException">Systems Manager refused.</exception>
    Task CancelAsync(string commandId, string instanceId, CancellationToken cancellationToken);

    /// <summary>The document; null when there is none of that name, or no such version.</summary>
    /// <exception cref="Ec2.InstanceException">Systems Manager did not answer the question.</exception>
    Task<CommandDocument?> DescribeDocumentAsync(string name, string version, CancellationToken cancellationToken);

    /// <summary>
    /// What Patch Manager knows of the last time when patches were installed on the instance; null when it knows of none, or of a later
    /// look for patches only.
    /// </summary>
    /// <exception cref="Ec2.InstanceException">Systems Manager did not answer the question.</exception>
    Task<PatchState?> PatchesAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>The agents on these instances, by instance. One that never signed in is missing.</summary>
    /// <exception cref="Ec2.InstanceException">Systems Manager did not answer the question.</exception>
    Task<IReadOnlyDictionary<string, CommandAgent>> AgentsAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken);
}

/// <summary>A command to send.</summary>
/// <param name="InstanceIds">Where it runs.</param>
/// <param name="Document">Name of its document.</param>
/// <param name="Comment">What finds it again: at most 100 characters.</param>
public sealed record CommandToSend(IReadOnlyList<string> InstanceIds, string Document, string Comment)
{
    /// <summary>Version of the document; null for the default one.</summary>
    public string? Version { get; init; }

    /// <summary>Values of the document's parameters. They stay in the command history.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>A command that was sent.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Comment">The comment it was sent with.</param>
/// <param name="RequestedAt">When Systems Manager took it, by its clock.</param>
public sealed record SentCommand(string Id, string Comment, DateTimeOffset RequestedAt);

/// <summary>A document that describes a command.</summary>
/// <param name="Version">The version that was asked for, as a number.</param>
/// <param name="Kind">What it describes: <c>Command</c> is what can be run.</param>
/// <param name="Status"><c>Active</c> when it can be used.</param>
public sealed record CommandDocument(string Version, string Kind, string Status)
{
    /// <summary>Its parameters, and whether each must be given.</summary>
    public IReadOnlyDictionary<string, bool> Parameters { get; init; } = new Dictionary<string, bool>();

    /// <summary>Platforms that it runs on.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];
}

/// <summary>Patches were installed on an instance.</summary>
/// <param name="PendingReboot">How many want a reboot.</param>
/// <param name="Began">When that began, by the instance's clock.</param>
public sealed record PatchState(int PendingReboot, DateTimeOffset Began);

/// <summary>The agent on an instance.</summary>
/// <param name="Ping"><c>Online</c> when commands reach it.</param>
/// <param name="Platform">Its platform, such as <c>Linux</c>.</param>
public sealed record CommandAgent(string Ping, string? Platform)
{
    /// <summary>Whether commands reach it.</summary>
    public bool IsOnline => Ping == "Online";
}
