using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Sandbox.Refereeing;
using EsdbRollingAction.Sandbox.Resuming;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>The sandbox's model without a wire, in virtual time: a model second is a second.</summary>
internal sealed class VirtualCluster
{
    public const string Leader = "test-node2";
    public const string Follower = "test-node";
    public const string OtherFollower = "test-node3";
    public const string Replica = "test-node4readonly";
    private readonly FakeTimeProvider time = new();

    public VirtualCluster(SandboxOptions? options = null)
    {
        options = (options ?? new SandboxOptions()) with { TimeScale = 1 };
        Options = options;
        Model = new ModelWorld(options, time, [.. options.Nodes.Select((_, i) => ($"127.0.0.{i + 1}", 2113))]);
        Referee = new Referee(Model, options);
        Idle = new IdleMeter(Model, options);
    }

    public SandboxOptions Options { get; }

    public ModelWorld Model { get; }

    public EsdbRollingAction.Sandbox.Model.Cluster Cluster => Model.Cluster;

    public Ec2 Ec2 => Model.Ec2;

    public Ssm Ssm => Model.Ssm;

    public Referee Referee { get; }

    public IdleMeter Idle { get; }

    public IEnumerable<string> BrokenRules => Referee.BrokenRules.Select(rule => rule.Rule);

    /// <summary>Another one, built from what this one leaves.</summary>
    public VirtualCluster Again() => new(LeftCluster.Of(Options, Model).Over(Options));

    public void Pass(double seconds) => time.Advance(TimeSpan.FromSeconds(seconds));

    public DateTimeOffset UtcNow => time.GetUtcNow();

    public Ec2Instance Instance(string node) => Ec2.Truth.Single(instance => instance.Node == node);

    public string InstanceOf(string node) => Instance(node).Id;

    public Member Truth(string node) => Cluster.Truth(node) ?? throw new InvalidOperationException($"{node} is down.");

    public Member Seen(string node, string by) => Cluster.Gossip(by)!.Single(member => member.Name == node);

    public void Stop(string node) => Ec2.Stop(InstanceOf(node));

    public void Reboot(string node) => Ec2.Reboot(InstanceOf(node));

    /// <summary>Sends a script. Returns the id of the command.</summary>
    public string Send(string node, params string[] lines) => Ssm.SendCommand(Script(node, lines)).Id;

    /// <summary>Has a version of the database installed and started. Returns the id of the command.</summary>
    public string Upgrade(string node, string version) => Ssm.SendCommand(new(
        "esdb-upgrade", [InstanceOf(node)], new Dictionary<string, IReadOnlyList<string>> { ["Version"] = [version] })).Id;

    public void UpgradeAndWait(string node, string version)
    {
        RunToEnd(Upgrade(node, version));
        Pass(60);
    }

    public SsmCommandRequest Script(string node, params string[] lines) =>
        new("AWS-RunShellScript", [InstanceOf(node)], new Dictionary<string, IReadOnlyList<string>> { ["commands"] = lines });

    /// <summary>What a command on one instance is, before anybody can be shown it.</summary>
    public SsmState Run(string commandId) => Ssm.Truth.Single(run => run.Command.Id == commandId).State;

    /// <summary>Ends when the command has ended.</summary>
    public SsmState RunToEnd(string commandId, double atMostSeconds = 400)
    {
        PassUntil(() => Run(commandId).HasEnded, atMostSeconds);
        return Run(commandId);
    }

    /// <summary>Reboots an instance; ends when the process answers again.</summary>
    public void RebootAndComeUp(string node)
    {
        Reboot(node);
        PassUntil(() => Cluster.Truth(node) is null);
        PassUntil(() => Cluster.Health(node) == true);
    }

    /// <summary>Restarts an instance; ends when the process answers again.</summary>
    public void Restart(string node, RestartKind kind)
    {
        if (kind == RestartKind.Reboot)
        {
            RebootAndComeUp(node);
            return;
        }

        Stop(node);
        Pass(31);
        Ec2.Start(InstanceOf(node));
        PassUntil(() => Cluster.Health(node) == true);
    }

    public void RestartAndWait(string node, RestartKind kind)
    {
        Restart(node, kind);
        Pass(60);
    }

    /// <summary>Stops, changes and starts an instance; ends when the process answers.</summary>
    public void Change(string node)
    {
        Stop(node);
        Pass(31);
        Ec2.ChangeType(InstanceOf(node), "t2.xlarge");
        Ec2.Start(InstanceOf(node));
        PassUntil(() => Cluster.Health(node) == true);
    }

    public void ChangeAndWait(string node)
    {
        Change(node);
        Pass(60);
    }

    public void PassUntil(Func<bool> isSo, double atMostSeconds = 120)
    {
        for (var passed = 0.0; !isSo(); passed += 0.05)
        {
            Assert.True(passed < atMostSeconds, "It did not happen in time.");
            Pass(0.05);
        }
    }
}
