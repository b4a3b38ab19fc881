using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Edges;
using EsdbRollingAction.Simulation.Judging;

namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>Makes happen what the scenario says, each at its instant.</summary>
internal sealed class Disturber(ModelWorld model, Aws aws, Umpire umpire, History? history)
{
    private static readonly StateReason[] ReasonsOfEc2 =
    [
        new(
            "Server.InsufficientInstanceCapacity",
            "Server.InsufficientInstanceCapacity: Insufficient capacity to satisfy launch request",
            ""),
        new("Server.InternalError", "Server.InternalError: Internal error on launch", "Server.InternalError"),
        new("Client.InternalError", "Client.InternalError: Client error on launch", ""),
    ];

    public Weather Weather { get; } = new();

    /// <summary>Somebody set priorities: what they were before is gone.</summary>
    public bool TouchedPriorities { get; private set; }

    public void Schedule(IEnumerable<Disturbance> disturbances) => model.World.Do(() =>
    {
        foreach (var disturbance in disturbances)
        {
            model.World.After(disturbance.At.TotalSeconds, () => Happen(disturbance));
        }
    });

    private void Happen(Disturbance it)
    {
        var node = model.Cluster.Nodes[it.Node];
        history?.Add(umpire.Now, $"disturbance: {it.Kind} {node.Name} {it.Seconds:0.0} s");
        umpire.Disturbances++;
        switch (it.Kind)
        {
            case DisturbanceKind.Crash when model.Ec2.Of(node.Name).State == Ec2State.Running:
                model.Cluster.Crash(node.Name, it.Seconds);
                break;
            case DisturbanceKind.LeadershipMoves:
                model.Cluster.MoveLeadership();
                break;
            case DisturbanceKind.Unreachable:
                Weather.Unreachable[node.Name] = umpire.Now + TimeSpan.FromSeconds(it.Seconds);
                break;
            case DisturbanceKind.ThrottlingStorm:
                Weather.StormUntil = umpire.Now + TimeSpan.FromSeconds(it.Seconds);
                break;
            case DisturbanceKind.NoCapacity:
                aws.NoCapacityUntil = umpire.Now + TimeSpan.FromSeconds(it.Seconds);
                break;
            case DisturbanceKind.StartsUndone:
                model.Ec2.UndoStarts(ReasonsOfEc2[it.Node % ReasonsOfEc2.Length]);
                model.World.After(it.Seconds, model.Ec2.CarryOutStarts);
                break;
            case DisturbanceKind.PersonSetsPriority:
                TouchedPriorities = true;
                model.Cluster.SetPriority(node.Name, (int)it.Seconds - 5);
                break;
            case DisturbanceKind.PersonResigns when model.Cluster.Leading is { } leader:
                model.Cluster.Resign(leader.Name);
                break;
            default:
                ByHand(it.Kind, model.Ec2.Of(node.Name));
                break;
        }
    }

    /// <summary>A person does only what EC2 would accept.</summary>
    private void ByHand(DisturbanceKind kind, Ec2Instance instance)
    {
        switch (kind, instance.State)
        {
            // With every node off nobody can be asked what the cluster is.
            case (DisturbanceKind.PersonStops, Ec2State.Running) when model.Cluster.Nodes.Count(node => node.IsUp) > 1:
                model.Ec2.Stop(instance.Id);
                break;
            case (DisturbanceKind.PersonStarts, Ec2State.Stopped):
                model.Ec2.Start(instance.Id);
                break;
            case (DisturbanceKind.PersonUpgrades, Ec2State.Stopped):
                model.Ec2.ChangeType(instance.Id, ScenarioSource.TargetType);
                break;
            case (DisturbanceKind.PersonDowngrades, Ec2State.Stopped):
                model.Ec2.ChangeType(instance.Id, ScenarioSource.OriginalType);
                break;
            default:
                break;
        }
    }
}
