using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>Forgets to take marks off.</summary>
internal sealed class KeepsMarks : Mutant
{
    public override IInstanceMarks Marks(IInstanceMarks marks) => new Kept(marks);

    private sealed class Kept(IInstanceMarks marks) : IInstanceMarks
    {
        public Task MarkAsync(string id, string mark, CancellationToken cancellationToken) => marks.MarkAsync(id, mark, cancellationToken);

        public Task UnmarkAsync(string id, string? mark, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Goes on on another thread.</summary>
internal sealed class LeavesTheThread : Mutant
{
    public override IInstanceMarks Marks(IInstanceMarks marks) => new Elsewhere(marks);

    private sealed class Elsewhere(IInstanceMarks marks) : IInstanceMarks
    {
        public Task MarkAsync(string id, string mark, CancellationToken cancellationToken)
        {
            var other = new Thread(() => marks.MarkAsync(id, mark, cancellationToken));
            other.Start();
            other.Join();
            return Task.CompletedTask;
        }

        public Task UnmarkAsync(string id, string? mark, CancellationToken cancellationToken) => marks.UnmarkAsync(id, mark, cancellationToken);
    }
}

/// <summary>Forgets to give capacity back.</summary>
internal sealed class KeepsCapacity : Mutant
{
    public override ICapacity Capacity(ICapacity capacity) => new Kept(capacity);

    private sealed class Kept(ICapacity capacity) : ICapacity
    {
        public Task<CapacityReservation> ReserveAsync(Instance instance, string instanceType, DateTimeOffset until, CancellationToken cancellationToken) =>
            capacity.ReserveAsync(instance, instanceType, until, cancellationToken);

        public Task ReleaseAsync(string id, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<IReadOnlyList<CapacityReservation>> FindAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken) =>
            capacity.FindAsync(instanceIds, cancellationToken);
    }
}

/// <summary>Writes a node twice.</summary>
internal sealed class WritesGarbage : Mutant
{
    public override ClusterUpdate Remembered(ClusterUpdate state) =>
        state with { EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates, state.EventStoreNodeUpdates[0]] };
}

/// <summary>Does not hear signals.</summary>
internal sealed class IgnoresSignals : Mutant
{
    public override CancellationToken Signal(CancellationToken signal) => CancellationToken.None;
}
