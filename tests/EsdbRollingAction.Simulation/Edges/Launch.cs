using EsdbRollingAction.Core.State;
using EsdbRollingAction.Simulation.Mutants;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>One run of the core that is under way.</summary>
internal sealed class Launch
{
    private readonly ProgramEdges edges;
    private readonly Task<ClusterUpdate> running;

    /// <summary>Begins to run the program.</summary>
    /// <param name="run">The run.</param>
    /// <param name="text">The state file that it finds, or null.</param>
    /// <param name="inputs">What it is told.</param>
    /// <param name="edges">What it talks to.</param>
    /// <param name="mutant">What is wrong with it.</param>
    public Launch(Run run, StateText? text, Inputs inputs, ProgramEdges edges, Mutant mutant)
    {
        (Run, this.edges) = (run, edges);
        running = CoreUnderTest.RunAsync(run, text, inputs, edges, mutant);
    }

    public Run Run { get; }

    /// <summary>Whether it has ended, one way or the other.</summary>
    public bool IsOver => running.IsCompleted || Run.IsKilled;

    /// <summary>How it ended.</summary>
    public RunEnd End => new(Run, running.IsCompletedSuccessfully && !Run.IsKilled ? running.Result : null, Failure);

    /// <summary>The state that it remembered last, or null.</summary>
    public StateText? Written => edges.Store.Written();

    private Exception? Failure => (Run.IsKilled || !running.IsCompleted, running.IsCanceled) switch
    {
        (true, _) => null,
        (_, true) => new OperationCanceledException(),
        _ => running.Exception?.InnerException,
    };
}
