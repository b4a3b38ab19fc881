namespace EsdbRollingAction.Core.Ec2;

/// <summary>What EC2 and Auto Scaling said for the checks before the first act.</summary>
public sealed record InstanceFacts
{
    /// <summary>The catalogue's entries of the types that were asked for; one that does not exist is missing.</summary>
    public required AwsAnswer<IReadOnlyDictionary<string, InstanceTypeDetails>> Types { get; init; }

    /// <summary>Which type is offered in which availability zone.</summary>
    public required AwsAnswer<IReadOnlySet<(string Type, string Zone)>> Offerings { get; init; }

    /// <summary>By instance id: whether it is protected against being stopped.</summary>
    public required IReadOnlyDictionary<string, AwsAnswer<bool>> StopProtection { get; init; }

    /// <summary>By instance id, for those that carry the tag of an Auto Scaling group: what the group would do to a stopped one.</summary>
    public required IReadOnlyDictionary<string, AwsAnswer<AutoScalingMember>> AutoScaling { get; init; }

    /// <summary>What EC2 has scheduled for the instances, such as a retirement.</summary>
    public AwsAnswer<IReadOnlyList<ScheduledEvent>> Events { get; init; } = AwsAnswer.Not<IReadOnlyList<ScheduledEvent>>(Row.NotByEc2);

    /// <summary>The catalogue's entry of a type, or null.</summary>
    public InstanceTypeDetails? TypeOf(string type) => Types.Value?.GetValueOrDefault(type);
}

/// <summary>What EC2 has scheduled for an instance.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Code">Such as <c>instance-retirement</c> or <c>system-reboot</c>.</param>
/// <param name="Description">EC2's words.</param>
/// <param name="From">The earliest time of it.</param>
public sealed record ScheduledEvent(string InstanceId, string Code, string Description, DateTimeOffset? From)
{
    /// <summary>The latest time of it, or until when it may be put off; null where EC2 does not say.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>An instance in its Auto Scaling group.</summary>
/// <param name="LifecycleState">Such as <c>InService</c> or <c>Standby</c>.</param>
/// <param name="SuspendedProcesses">The group's processes that are suspended.</param>
public sealed record AutoScalingMember(string LifecycleState, IReadOnlyCollection<string> SuspendedProcesses);

/// <summary>An answer to a question that nothing depends on, or why there is none.</summary>
/// <param name="Value">The answer; the default when there is none.</param>
/// <param name="Problem">Why there is no answer, or null.</param>
/// <param name="Kind">What kind of refusal that was; null where nothing was refused.</param>
public sealed record AwsAnswer<T>(T? Value, string? Problem, InstanceErrorKind? Kind = null);

/// <summary>Makes answers.</summary>
public static class AwsAnswer
{
    /// <summary>An answer.</summary>
    public static AwsAnswer<T> As<T>(T value) => new(value, null);

    /// <summary>No answer.</summary>
    public static AwsAnswer<T> Not<T>(string why) => new(default, why);

    /// <summary>The answer, or why there is none.</summary>
    /// <exception cref="InstanceException">The credentials have expired, or there are none.</exception>
    internal static async Task<AwsAnswer<T>> OfAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return As(await ask());
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            return new AwsAnswer<T>(default, exception.Message, exception.Kind);
        }
    }
}
