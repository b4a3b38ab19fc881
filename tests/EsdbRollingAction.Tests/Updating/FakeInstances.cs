using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>The instances of a <see cref="Picture"/>: stops and starts are immediate, a started node comes back level.</summary>
internal sealed class FakeInstances(Picture picture) : IInstances
{
    public List<string> Asked { get; } = [];

    public Queue<InstanceException> Refusals { get; } = [];

    public InstanceException? CannotDescribe { get; set; }

    public Func<Task>? BeforeAct { get; set; }

    public Action<PicturedNode>? AfterStart { get; set; }

    public Task<IReadOnlyList<Instance>> FindAsync(IReadOnlyList<InstanceFilter> filters, CancellationToken cancellationToken) =>
        Task.FromResult(picture.Instances);

    public Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        CannotDescribe is { } refusal
            ? throw refusal
            : Task.FromResult<IReadOnlyList<Instance>>([.. picture.Instances.Where(instance => ids.Contains(instance.Id))]);

    public Task<bool> TypeExistsAsync(string type, CancellationToken cancellationToken) => Task.FromResult(type == Picture.Target);

    public List<Core.Verdict> Permissions { get; } = [];

    public Task<IReadOnlyList<Core.Verdict>> TryPermissionsAsync(IReadOnlyList<Instance> running, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Core.Verdict>>(Permissions);

    public Task StopAsync(string id, CancellationToken cancellationToken) => ActAsync("stop", id, node =>
    {
        node.GoesDown();
        node.InstanceState = InstanceState.Stopped;
    });

    public Task SetTypeAsync(string id, string type, CancellationToken cancellationToken) =>
        ActAsync($"type {type}", id, node => node.InstanceType = type);

    public Task StartAsync(string id, CancellationToken cancellationToken) => ActAsync("start", id, node =>
    {
        node.InstanceState = InstanceState.Running;
        node.ComesBack(node.IsReplica ? NodeState.ReadOnlyReplica : NodeState.Follower, 500_000_000);
        AfterStart?.Invoke(node);
    });

    private async Task ActAsync(string what, string id, Action<PicturedNode> act)
    {
        await (BeforeAct?.Invoke() ?? Task.CompletedTask);
        Asked.Add($"{what} {id}");
        if (Refusals.TryDequeue(out var refusal))
        {
            throw refusal;
        }

        act(picture.Nodes.Concat(picture.Hidden).Single(node => node.Ec2Id == id));
    }
}
