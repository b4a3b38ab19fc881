using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Endings;
using EsdbRollingAction.Log;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Log;

/// <summary>The log of a roll that the test tells step by step, in virtual time from 03:00:00Z on.</summary>
internal sealed class LogFixture : IDisposable
{
    public static readonly LogStyle Plain = new();
    public static readonly LogStyle GitHub = new(WorkflowCommands: true);

    private readonly WatchedWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public LogFixture(LogStyle? style = null) => Log = new ConsoleReporter(new LogWriter(output, error, style ?? Plain), Time);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 3, 0, 0, TimeSpan.Zero));

    public ConsoleReporter Log { get; }

    public ClusterUpdate State { get; private set; } = new() { TargetInstanceType = "t2.xlarge" };

    /// <summary>Whether a line was written while another one was.</summary>
    public bool LinesOverlapped => output.Overlapped;

    public string Output => output.ToString();

    public string Error => error.ToString();

    public IReadOnlyList<string> Lines => [.. Output.Split('\n')[..^1]];

    /// <summary>Lines of one workflow command.</summary>
    public IEnumerable<string> Commands(string name) => Lines.Where(line => line.StartsWith($"::{name}", StringComparison.Ordinal));

    public IEnumerable<string> Annotations => Commands("notice ").Concat(Commands("warning ")).Concat(Commands("error "));

    public void Dispose()
    {
        Log.Dispose();
        output.Dispose();
        error.Dispose();
    }

    public NodeUpdate Node(string name, string? called = null)
    {
        var node = new NodeUpdate
        {
            NodeName = called ?? name,
            NodeAddress = $"{name}.test",
            NodePort = 2113,
            NodeType = NodeType.Follower,
            Ec2InstanceId = $"i-{name}",
            OriginalInstanceType = "t2.large",
        };
        State = State with { EventStoreNodeUpdates = [.. State.EventStoreNodeUpdates, node] };
        return node;
    }

    /// <summary>Second by second: a timer reads the time at which it was due.</summary>
    public void Passes(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>The node waits.</summary>
    public void Waits(NodeUpdate node, NodePhase phase, string why, Func<Decision, Decision> more)
    {
        var changed = Change(node, now => now.InPhase(phase, why, Time.GetUtcNow()));
        Log.Decided(more(new Decision(State, changed, new Act.Wait(Awaited.Node), why)), Time.GetUtcNow());
    }

    /// <summary>The node waits.</summary>
    public void Waits(NodeUpdate node, NodePhase phase, string why, string? rule = null, long? behind = null, LostQuorum? lost = null) =>
        Decides(Change(node, now => now.InPhase(phase, why, Time.GetUtcNow(), rule)), new Act.Wait(Awaited.Node), why, rule, behind, lost);

    /// <summary>Something is done for the node.</summary>
    public Decision Acts(NodeUpdate node, NodePhase phase, Act act, string why) =>
        Decides(Change(node, now => now.InPhase(phase, null, Time.GetUtcNow())), act, why);

    /// <summary>The node is done for this run; it is told with the next decision.</summary>
    public void Finishes(NodeUpdate node, NodePhase phase, string? message = null) =>
        Change(node, now => now.InPhase(phase, null, Time.GetUtcNow()) with
        {
            NodeUpdateStatus = phase == NodePhase.Success ? UpdateStatus.Success : UpdateStatus.Failed,
            FailureMessage = message,
            FinishedAt = Time.GetUtcNow(),
        });

    /// <summary>Nothing is left to do.</summary>
    public void IsOver() => Log.Decided(new Decision(State, null, new Act.Finish(), "every node is updated"), Time.GetUtcNow());

    public void Succeeds(string message) => Ends(message, "");

    public void Fails(FailureReason reason, string message) => Ends(message, ExitCode.NameOf(reason));

    private void Ends(string message, string reason) =>
        Log.Ended(new Ending(new Title("✅", Sentence.Clause(message), "", reason), [], []));

    /// <summary>The node as the state has it, changed.</summary>
    public NodeUpdate Change(NodeUpdate node, Func<NodeUpdate, NodeUpdate> change)
    {
        var changed = change(State.Current(node)) with { StartedAt = State.Current(node).StartedAt ?? Time.GetUtcNow() };
        State = State.With(changed);
        return changed;
    }

    private Decision Decides(NodeUpdate node, Act act, string why, string? rule = null, long? behind = null, LostQuorum? lost = null)
    {
        var decision = new Decision(State, node, act, why) { Rule = rule, BytesBehind = behind, LostQuorum = lost };
        Log.Decided(decision, Time.GetUtcNow());
        return decision;
    }

    private sealed class WatchedWriter : StringWriter
    {
        private int writing;

        public bool Overlapped { get; private set; }

        public override void WriteLine(string? value)
        {
            Overlapped |= Interlocked.Increment(ref writing) > 1;
            Thread.SpinWait(1000);
            base.WriteLine(value);
            Interlocked.Decrement(ref writing);
        }
    }
}
