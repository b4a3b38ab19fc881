namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>What <c>--fault</c> takes.</summary>
internal static class FaultNames
{
    private static readonly Model.StateReason UndoneStart = new(
        "Server.InternalError", "Client.InternalError: Client error on launch", "Server.InternalError");

    public static Faults With(Faults faults, string name) => name switch
    {
        "stale-describe" => faults with { StaleDescribe = true },
        "resign-ignored-once" => faults with { ResignsIgnored = 1 },
        "capacity-shortage" => faults with { CapacityShortages = 1 },
        "no-capacity" => faults with { CapacityShortages = int.MaxValue },
        "throttling" => faults with { ThrottleEvery = 3 },
        "leader-moves" => faults with { LeaderMoves = true },
        "auto-scavenge-resigns" => faults with { AutoScavengeResigns = true },
        "follower-crashes" => faults with { FollowerCrashes = true },
        "slow-node" => faults with { SlowNode = "test-node" },
        "replica-hangs" => faults with { ReplicaHangs = true },
        "tagging-denied" => Deny(faults, "CreateTags", "DeleteTags"),
        "capacity-denied" => Deny(faults, "CreateCapacityReservation", "DescribeCapacityReservations", "CancelCapacityReservation"),
        "capacity-taken" => faults with { CapacityIsTaken = true },
        "stop-protected" => faults with { StopProtected = "test-node" },
        "database-fails" => faults with { DatabaseFailsOn = "t2.xlarge" },
        "not-offered" => faults with { NotOffered = "t2.xlarge" },
        "start-undone" => faults with { StartsUndone = UndoneStart },
        "reboot-lost-once" => faults with { RebootsLost = 1 },
        "reboot-hangs" => faults with { RebootHangs = "test-node" },
        "ssm-answer-lost-once" => faults with { SsmAnswersLost = 1 },
        "ssm-delivery-timeout-once" => faults with { SsmDeliveriesLost = 1 },
        "ssm-denied" => Deny(faults, "SendCommand"),
        "ssm-late" => faults with { SsmLate = true },
        "agent-offline" => faults with { AgentOffline = "test-node" },
        "agent-missing" => faults with { AgentMissing = "test-node" },
        "command-fails" => faults with { CommandFails = "test-node" },
        "command-breaks" => faults with { CommandBreaks = "test-node" },
        "command-stops-database" => faults with { CommandStopsDatabase = "test-node" },
        "upgrade-breaks" => faults with { UpgradeBreaks = "test-node" },
        "upgrade-does-nothing" => faults with { UpgradeDoesNothing = "test-node" },
        "new-leader-loses-old" => faults with { NewLeaderLosesOld = true },
        "black-hole" => faults with { BlackHole = true },
        _ => throw new FormatException($"{name} is not a fault."),
    };

    private static Faults Deny(Faults faults, params string[] actions) =>
        faults with { DeniedActions = [.. faults.DeniedActions, .. actions] };
}
