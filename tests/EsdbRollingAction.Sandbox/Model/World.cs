namespace EsdbRollingAction.Sandbox.Model;

/// <summary>
/// Model time and all that is still to happen in it. What is due happens when somebody looks or acts, each at its own
/// instant, so a world needs no thread and is exact in virtual time too.
/// </summary>
/// <param name="time">Where real time comes from.</param>
/// <param name="timeScale">Model seconds in one real second.</param>
/// <param name="seed">Where chance comes from.</param>
public sealed class World(TimeProvider time, double timeScale, int seed)
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<(Action Action, bool IsSeen), Due> agenda = new();
    private readonly List<IWitness> witnesses = [];
    private readonly Random random = new(seed);
    private readonly long start = time.GetTimestamp();
    private long sequence;
    private bool running;

    /// <summary>Model seconds in one real second.</summary>
    public double TimeScale { get; } = timeScale;

    /// <summary>The instant of what happens now. Current only inside <see cref="Do{T}"/>.</summary>
    internal TimeSpan Now { get; private set; }

    /// <summary>Where real time comes from.</summary>
    internal TimeProvider Time { get; } = time;

    /// <summary>Does or reads something after all that is due has happened; nothing else happens meanwhile.</summary>
    public T Do<T>(Func<T> action) => Enter(action, isSeen: true);

    /// <summary>Reads something after all that is due has happened, which changes nothing.</summary>
    internal T Look<T>(Func<T> action) => Enter(action, isSeen: false);

    private T Enter<T>(Func<T> action, bool isSeen)
    {
        lock (gate)
        {
            if (running)
            {
                return action();
            }

            running = true;
            try
            {
                CatchUp();
                var result = action();
                if (isSeen)
                {
                    Changed();
                }

                return result;
            }
            finally
            {
                running = false;
            }
        }
    }

    /// <inheritdoc cref="Do{T}(Func{T})"/>
    public void Do(Action action) => Do(() =>
    {
        action();
        return true;
    });

    internal void Watch(IWitness witness) => witnesses.Add(witness);

    internal void Tell(Act act) => witnesses.ForEach(witness => witness.BeforeAct(act));

    internal void After(double seconds, Action action) =>
        agenda.Enqueue((action, IsSeen: true), new Due(Now + TimeSpan.FromSeconds(seconds), sequence++));

    /// <summary>Something happens that changes nothing but what somebody knows: no witness is told.</summary>
    internal void Unseen(double seconds, Action action) =>
        agenda.Enqueue((action, IsSeen: false), new Due(Now + TimeSpan.FromSeconds(seconds), sequence++));

    internal double Between(double low, double high) => low + (random.NextDouble() * (high - low));

    internal Guid NewGuid()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    internal TimeSpan ToReal(TimeSpan model) => model / TimeScale;

    private void CatchUp()
    {
        var target = Time.GetElapsedTime(start) * TimeScale;
        while (agenda.TryPeek(out var next, out var due) && due.At <= target)
        {
            agenda.Dequeue();
            Now = due.At;
            next.Action();
            if (next.IsSeen)
            {
                Changed();
            }
        }

        Now = target;
    }

    private void Changed() => witnesses.ForEach(witness => witness.AfterChange());

    /// <summary>When something happens: what was planned first goes first.</summary>
    private readonly record struct Due(TimeSpan At, long Sequence) : IComparable<Due>
    {
        public int CompareTo(Due other) => At == other.At ? Sequence.CompareTo(other.Sequence) : At.CompareTo(other.At);
    }
}
