namespace EsdbRollingAction.Sandbox.Model;

/// <summary>
/// Held capacity, with its traps: it is not there at once, a running instance of the type goes into it by itself, and it
/// counts against the quota while nobody uses it.
/// </summary>
public sealed partial class Ec2
{
    private const double ReservationPending = 1;
    private readonly List<CapacityReservation> reservations = [];

    /// <summary>Everything that was ever held.</summary>
    public IReadOnlyList<CapacityReservation> Reservations => world.Do<IReadOnlyList<CapacityReservation>>(() => [.. reservations]);

    /// <summary>An instance of somebody else's goes into every reservation as soon as it is active.</summary>
    public bool CapacityIsTaken { get; set; }

    /// <summary>Most virtual processors that may run or be held; null for any number.</summary>
    public int? VCpuQuota { get; set; }

    /// <summary>Asks for capacity.</summary>
    public CapacityReservation Reserve(CapacityRequest request, bool dryRun = false) => world.Do(() =>
    {
        RequireOffered(request.Type);
        if (request.Zone != Zone || request.EndDate <= world.Time.GetUtcNow())
        {
            throw new Ec2Exception("InvalidParameterValue", "The availability zone is unknown, or the end date is in the past.");
        }

        if (dryRun)
        {
            throw DryRun();
        }

        world.Tell(new Act(world.Now, ActKind.Reserve, NodeOf(request), request.Type));
        if (reservations.Find(reservation => reservation.Request.Token == request.Token) is { } same)
        {
            return same.Request.Type == request.Type ? same : throw new Ec2Exception("IdempotentParameterMismatch", "The token was used for another request.");
        }

        if (request.Type != OriginalType)
        {
            RequireCapacity(request.Type);
        }

        RequireQuota(request.Type, request.Count, "InstanceLimitExceeded");
        var made = new CapacityReservation($"cr-{reservations.Count + 1:x17}", request);
        reservations.Add(made);
        Await(made);
        return made;
    });

    /// <summary>What an earlier sandbox was asked to hold goes on as it was left.</summary>
    internal void Restore(IReadOnlyList<CapacityReservation> left) => world.Do(() =>
    {
        reservations.AddRange(left);
        foreach (var held in left.Where(reservation => reservation.IsHeld))
        {
            Await(held);
        }
    });

    /// <summary>Gives capacity back. What runs in it runs on.</summary>
    public void Release(string id, bool dryRun = false) => world.Do(() =>
    {
        var reservation = reservations.Find(reservation => reservation.Id == id)
            ?? throw new Ec2Exception("InvalidCapacityReservationId.NotFound", $"The capacity reservation '{id}' does not exist");
        if (dryRun)
        {
            throw DryRun();
        }

        world.Tell(new Act(world.Now, ActKind.Release, NodeOf(reservation.Request), reservation.Request.Type));
        if (!reservation.IsHeld)
        {
            throw new Ec2Exception("InvalidCapacityReservationState", $"The capacity reservation '{id}' is {reservation.State}.");
        }

        End(id, "cancelled");
    });

    private void Await(CapacityReservation reservation)
    {
        world.After(ReservationPending, () => Activate(reservation.Id));
        if (reservation.Request.EndDate is { } end)
        {
            var left = Math.Max(0, (end - world.Time.GetUtcNow()).TotalSeconds);
            world.After(left * world.TimeScale, () => End(reservation.Id, "expired"));
        }
    }

    private void Activate(string id)
    {
        if (Find(id).State != "pending")
        {
            return;
        }

        Become(Find(id) with { State = "active" });
        if (CapacityIsTaken)
        {
            Use(id, "i-somebody-else");
        }

        foreach (var machine in machines.Values.Where(machine => Runs(machine) && machine.Current.Type == Find(id).Request.Type && !IsHeld(machine)))
        {
            if (Find(id).Available > 0)
            {
                Use(id, machine.Current.Id);
            }
        }
    }

    private void End(string id, string state)
    {
        if (Find(id).IsHeld)
        {
            Become(Find(id) with { State = state, Users = [] });
        }
    }

    private void Use(string id, string instanceId) => Become(Find(id) with { Users = [.. Find(id).Users, instanceId] });

    private void Leave(string instanceId) => reservations.ToList().ForEach(reservation =>
        Become(reservation with { Users = [.. reservation.Users.Where(user => user != instanceId)] }));

    private CapacityReservation Find(string id) => reservations.Single(reservation => reservation.Id == id);

    private void Become(CapacityReservation reservation) => reservations[reservations.FindIndex(other => other.Id == reservation.Id)] = reservation;

    private CapacityReservation? RoomFor(string type) =>
        reservations.Find(reservation => reservation is { State: "active", Available: > 0 } && reservation.Request.Type == type);

    private void RequireCapacity(string type)
    {
        if (CapacityShortages > 0)
        {
            CapacityShortages--;
            throw new Ec2Exception(
                "InsufficientInstanceCapacity",
                $"We currently do not have sufficient {type} capacity in the Availability Zone you requested.");
        }
    }

    private void RequireQuota(string type, int count, string code)
    {
        var running = machines.Values.Where(machine => Runs(machine) && !IsHeld(machine)).Sum(machine => VCpus(machine.Current.Type, 1));
        var held = reservations.Where(reservation => reservation.IsHeld).Sum(reservation => VCpus(reservation.Request.Type, reservation.Request.Count));
        if (running + held + VCpus(type, count) > VCpuQuota)
        {
            throw new Ec2Exception(code, $"More than the limit of {VCpuQuota} vCPUs.");
        }
    }

    private int VCpus(string type, int count) => count * Types[type].VCpus;

    private bool IsHeld(Machine machine) => reservations.Exists(reservation => reservation.Users.Contains(machine.Current.Id));

    private static bool Runs(Machine machine) => machine.Current.State is Ec2State.Pending or Ec2State.Running;

    private string NodeOf(CapacityRequest request) =>
        machines.Values.FirstOrDefault(machine => request.Tags.Values.Contains(machine.Current.Id))?.Current.Node ?? "";
}
