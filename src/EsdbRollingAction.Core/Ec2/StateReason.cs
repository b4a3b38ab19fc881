using System.Text.RegularExpressions;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Why an instance is in the state that it is in, as EC2 says it. What it did not say is empty.</summary>
public sealed partial record StateReason
{
    /// <summary>Makes the texts fit for a message: printable, and short.</summary>
    /// <param name="code">The code of <c>StateReason</c>.</param>
    /// <param name="message">Its message.</param>
    /// <param name="transition">The <c>StateTransitionReason</c>.</param>
    public StateReason(string? code, string? message, string? transition = null)
    {
        Code = Excerpt.OfText(code);
        Message = Excerpt.OfText(message);
        Transition = Excerpt.OfText(transition);
    }

    /// <summary>Such as <c>Client.UserInitiatedShutdown</c>.</summary>
    public string Code { get; }

    /// <summary>Such as <c>Client.UserInitiatedShutdown: User initiated shutdown</c>.</summary>
    public string Message { get; }

    /// <summary>Such as <c>User initiated (2026-01-31 03:00:00 GMT)</c>.</summary>
    public string Transition { get; }

    /// <summary>
    /// The code that tells most. EC2 reports a volume's key that may not be used as <c>Server.InternalError</c>, with the message
    /// <c>Client.InternalError: Client error on launch</c>.
    /// </summary>
    public string Cause => LeadingCode().Match(Message) is { Success: true } inner ? inner.Value
        : Code.Length > 0 ? Code
        : LeadingCode().Match(Transition).Value;

    /// <summary>EC2's own words, in quotation marks.</summary>
    public string Words => $"\"{Reason.TrimEnd('.')}\"{(Transition.Length == 0 || Transition == Reason ? "" : $" ({Transition})")}";

    private string Reason => (Code, Message) switch
    {
        ("", "") => Transition,
        (_, "") => Code,
        _ when Message.StartsWith(Code, StringComparison.Ordinal) => Message,
        _ => $"{Code}, {Message}",
    };

    /// <summary>Null when EC2 gave no reason.</summary>
    public static StateReason? From(string? code, string? message, string? transition)
    {
        var reason = new StateReason(code, message, transition);
        return reason.Reason.Length > 0 ? reason : null;
    }

    [GeneratedRegex(@"^(Client|Server)\.[A-Za-z.]*[A-Za-z]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LeadingCode();
}

/// <summary>A start that EC2 accepted and undid a moment later: what is wrong, and what may help.</summary>
public static class StartFailure
{
    /// <summary>EC2 has no room for the instance's type.</summary>
    public const string NoCapacity = "Server.InsufficientInstanceCapacity";

    private const int StartsThatHardlyHelp = 2;
    private const string StoppedByRequest = "Client.UserInitiatedShutdown";
    private const string ShutItselfDown = "Client.InstanceInitiatedShutdown";

    /// <summary>How often an instance is started that is off again for this reason. Who stops it by request may not do it again.</summary>
    public static int MostStarts(StateReason? reason) => reason?.Cause switch
    {
        ShutItselfDown => StartsThatHardlyHelp,
        StoppedByRequest => Timings.MaxStarts,
        _ => MayBeTheChange(reason) ? Timings.MaxStarts : StartsThatHardlyHelp,
    };

    /// <summary>
    /// Whether what was changed of the instance may have to do with it, so that going back may help: there is no room for it, the host
    /// failed, or its system does not run on it. The rest (<c>Client.…</c>) is about volumes, keys, and people.
    /// </summary>
    public static bool MayBeTheChange(StateReason? reason) => reason?.Cause switch
    {
        null or "" or ShutItselfDown => true,
        "Server.ScheduledStop" or "Server.SpotInstanceShutdown" or "Server.SpotInstanceTermination" => false,
        var cause => cause.StartsWith("Server.", StringComparison.Ordinal),
    };

    /// <summary>EC2's words and what they usually mean, in sentences.</summary>
    public static string Explain(StateReason reason) => $"EC2 says {reason.Words}.{Meaning(reason.Cause)}";

    /// <summary>Lets a stopped instance start in any open reservation of its type, or in none.</summary>
    public static string OpenCommand(string instanceId) =>
        $"aws ec2 modify-instance-capacity-reservation-attributes --instance-id {instanceId}"
        + " --capacity-reservation-specification CapacityReservationPreference=open";

    private static string Meaning(string cause) => cause switch
    {
        "Client.VolumeLimitExceeded" =>
            " The account's limit of EBS volumes, or of their total size, is reached: delete volumes or raise the limit in Service Quotas.",
        "Client.InternalError" =>
            " Usually the KMS key of an encrypted volume may not be used by whoever starts the instance, or a volume cannot be attached:"
            + " allow kms:CreateGrant on the key, see that the key is enabled, and look at the instance's volumes.",
        "Client.InvalidSnapshot.NotFound" =>
            " The snapshot that a volume is made from does not exist: look at the instance's volumes.",
        StoppedByRequest or "Client.UserInitiatedHibernate" =>
            " Somebody, or a scheduler, stops it over EC2's API: CloudTrail tells who called StopInstances.",
        ShutItselfDown =>
            " The system on the instance shut down by itself: aws ec2 get-console-output tells more.",
        "Client.InstanceTerminated" =>
            " It was terminated, or rebooted while an image was made of it: CloudTrail tells by whom.",
        NoCapacity =>
            " EC2 has no room for the type in this availability zone now: run again later, or choose another type.",
        "Server.ScheduledStop" =>
            " AWS retires the host: look at the instance's scheduled events. Another start usually moves it to another host.",
        "Server.SpotInstanceShutdown" or "Server.SpotInstanceTermination" =>
            " It is a Spot Instance, and EC2 took its capacity back.",
        "Server.InternalError" =>
            " The host failed, on EC2's side: run again later; if it stays so, ask AWS Support.",
        _ => "",
    };
}
