using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>Forgets to remove tags.</summary>
internal sealed class KeepsTags : Mutant
{
    public override IInstanceTags Tags(IInstanceTags tags) => new Kept(tags);

    private sealed class Kept(IInstanceTags tags) : IInstanceTags
    {
        public Task SetAsync(IReadOnlyCollection<string> ids, string key, string value, CancellationToken cancellationToken) =>
            tags.SetAsync(ids, key, value, cancellationToken);

        public Task RemoveAsync(IReadOnlyCollection<string> ids, string key, string? value, CancellationToken cancellationToken) =>
            Task.CompletedTask;
    }
}

/// <summary>Goes on on another thread.</summary>
internal sealed class LeavesTheThread : Mutant
{
    public override IInstanceTags Tags(IInstanceTags tags) => new Elsewhere(tags);

    private sealed class Elsewhere(IInstanceTags tags) : IInstanceTags
    {
        public Task SetAsync(IReadOnlyCollection<string> ids, string key, string value, CancellationToken cancellationToken)
        {
            var other = new Thread(() => tags.SetAsync(ids, key, value, cancellationToken));
            other.Start();
            other.Join();
            return Task.CompletedTask;
        }

        public Task RemoveAsync(IReadOnlyCollection<string> ids, string key, string? value, CancellationToken cancellationToken) =>
            tags.RemoveAsync(ids, key, value, cancellationToken);
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

/// <summary>Goes on with the update where it is to bring back only what is off.</summary>
internal sealed class RollsOnInsteadOfRecovering : Mutant
{
    public override Features Needs => Features.Recoveries;

    public override bool RecoversByRolling => true;
}

/// <summary>Does not hear signals.</summary>
internal sealed class IgnoresSignals : Mutant
{
    public override CancellationToken Signal(CancellationToken signal) => CancellationToken.None;
}
