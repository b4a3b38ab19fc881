namespace EsdbRollingAction.Core.Ec2;

/// <summary>One filter of <c>DescribeInstances</c>: a name (<c>tag:Name</c>) and the values of which one must match.</summary>
/// <param name="Name">Filter name, as EC2 defines it.</param>
/// <param name="Values">Accepted values; <c>*</c> and <c>?</c> are wildcards.</param>
public sealed record InstanceFilter(string Name, IReadOnlyList<string> Values);

/// <summary>What a roll asks of EC2 beyond starting, stopping and describing.</summary>
/// <param name="ChangesType">Whether it changes the type of instances.</param>
/// <param name="Reboots">Whether it reboots them.</param>
public sealed record PlannedCalls(bool ChangesType = false, bool Reboots = false)
{
    /// <summary>Whether it stops instances, which then give up their capacity. Only one that does not come back from a reboot is.</summary>
    public bool StopsInstances { get; init; } = !Reboots;

    /// <summary>Whether it stops instances, or those that do not come back from a reboot.</summary>
    public bool TakesDown { get; init; } = true;
}

/// <summary>What a roll needs of EC2. Throttling is waited out inside; other errors are <see cref="InstanceException"/>.</summary>
public interface IInstances
{
    /// <summary>All instances that match the filters and do not go for good, however many pages they fill.</summary>
    /// <exception cref="InstanceException">EC2 did not answer the question.</exception>
    Task<IReadOnlyList<Instance>> FindAsync(IReadOnlyList<InstanceFilter> filters, CancellationToken cancellationToken);

    /// <summary>These instances, in one call. One that EC2 does not know (yet) is left out of the answer.</summary>
    /// <exception cref="InstanceException">EC2 did not answer the question.</exception>
    Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Tries every call that a roll makes on these instances as a dry run: what EC2 allows, proven without doing it.</summary>
    /// <param name="running">Instances that run. Where dry runs are ignored, starting one is the one call that does nothing.</param>
    /// <param name="targetOf">The type that an instance shall have: a policy may allow some types only.</param>
    /// <param name="calls">What is asked of EC2 beyond starting and stopping.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>For every call: whether it is allowed, and what EC2 said. One that could not be proven refuses nothing.</returns>
    Task<IReadOnlyList<Check>> TryPermissionsAsync(
        IReadOnlyList<Instance> running, Func<Instance, string> targetOf, PlannedCalls calls, CancellationToken cancellationToken);

    /// <summary>Asks EC2 to stop the instance. Asking again while it stops is accepted.</summary>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    Task StopAsync(string id, CancellationToken cancellationToken);

    /// <summary>Changes the type of a stopped instance.</summary>
    /// <exception cref="InstanceException">EC2 refused; <see cref="InstanceErrorKind.LookAgain"/> when it is not stopped.</exception>
    Task SetTypeAsync(string id, string type, CancellationToken cancellationToken);

    /// <summary>Asks EC2 to reboot the instance. It is only queued, and the instance is shown as running all the time.</summary>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    Task RebootAsync(string id, CancellationToken cancellationToken);

    /// <summary>Sets the CPU options of a stopped instance.</summary>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    Task SetCpuOptionsAsync(string id, CpuLayout options, CancellationToken cancellationToken);

    /// <summary>Asks EC2 to start the instance. Asking again while it starts is accepted. Scarce or unfit types show here.</summary>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    Task StartAsync(string id, CancellationToken cancellationToken);
}
