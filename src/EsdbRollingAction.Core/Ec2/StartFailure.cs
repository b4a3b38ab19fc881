namespace EsdbRollingAction.Core.Ec2;

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
