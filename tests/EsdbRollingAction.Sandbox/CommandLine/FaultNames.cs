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
        "black-hole" => faults with { BlackHole = true },
        _ => throw new FormatException($"{name} is not a fault."),
    };

    private static Faults Deny(Faults faults, params string[] actions) =>
        faults with { DeniedActions = [.. faults.DeniedActions, .. actions] };
}
