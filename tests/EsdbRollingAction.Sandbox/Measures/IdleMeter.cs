using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Measures;

/// <summary>Real time in which the world was ready for the next act and the program had not acted.</summary>
/// <param name="Node">The node that was acted on at last.</param>
/// <param name="WaitedFor">The act, or <c>End</c>.</param>
/// <param name="Length">Real time.</param>
public sealed record IdleTime(string Node, string WaitedFor, TimeSpan Length);

/// <summary>Measures how long the program lets a ready world wait.</summary>
public sealed class IdleMeter : IWitness
{
    private readonly ModelWorld model;
    private readonly ClusterHealth health;
    private readonly List<IdleTime> idle = [];
    private TimeSpan? readySince;
    private bool isCounting;

    /// <summary>Begins to measure as soon as the program starts.</summary>
    public IdleMeter(ModelWorld model, SandboxOptions options)
    {
        this.model = model;
        health = new ClusterHealth(model, options);
        model.World.Do(() => model.World.Watch(this));
    }

    /// <summary>Every wait so far.</summary>
    public IReadOnlyList<IdleTime> Waits => model.World.Do<IReadOnlyList<IdleTime>>(() => [.. idle]);

    /// <summary>Sum of all waits, real time.</summary>
    public TimeSpan Total => Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait.Length);

    /// <summary>Median over the nodes of the waits before acts on a node, real time.</summary>
    public TimeSpan MedianPerNode
    {
        get
        {
            var sums = Waits.Where(wait => wait.Node.Length > 0)
                .GroupBy(wait => wait.Node, wait => wait.Length.TotalSeconds)
                .Select(node => node.Sum()).Order().ToList();
            return sums.Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((sums[(sums.Count - 1) / 2] + sums[sums.Count / 2]) / 2);
        }
    }

    /// <summary>The program starts now: from here on a ready world waits for it.</summary>
    public void Begin() => model.World.Do(() =>
    {
        isCounting = true;
        readySince = null;
    });

    /// <summary>The program has ended.</summary>
    public void End() => model.World.Do(() =>
    {
        Close("", "End");
        isCounting = false;
    });

    /// <inheritdoc/>
    public void BeforeAct(Act act)
    {
        Close(act.Node, act.Kind.ToString());
    }

    /// <inheritdoc/>
    public void AfterChange()
    {
        if (!isCounting || !IsReady)
        {
            readySince = null;
            return;
        }

        readySince ??= model.World.Now;
    }

    /// <summary>
    /// Capacity that was asked for and is not held yet is waited for with good reason, and so is a command that has ended and does not
    /// show so to everybody.
    /// </summary>
    private bool IsReady => health.Nodes.Any(node => health.InstanceOf(node).State == Ec2State.Stopped || model.Ssm.AwaitsReboot(node.Name))
        || (health.IsFine && model.Ssm.ShowsAll && model.Ec2.Reservations.All(reservation => reservation.State != "pending"));

    private void Close(string node, string waitedFor)
    {
        if (readySince is { } since)
        {
            idle.Add(new IdleTime(node, waitedFor, model.World.ToReal(model.World.Now - since)));
        }

        readySince = null;
    }
}
