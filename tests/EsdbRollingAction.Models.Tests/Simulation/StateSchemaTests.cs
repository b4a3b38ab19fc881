using System.Collections.Concurrent;
using System.Text;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Simulation;
using EsdbRollingAction.Simulation.Edges;
using EsdbRollingAction.Simulation.Mutants;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Models.Tests.Simulation;

/// <summary>Every state that whole simulated rolls write, whatever goes wrong in them, is as <c>docs/state.schema.json</c> says.</summary>
public class StateSchemaTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_state_of_whole_rolls_is_valid(bool hasCommands)
    {
        var watched = new Watched();

        Parallel.For(0, Extent.Of(10, 100), seed => SimulatedRoll.Of(seed, watched, surely: hasCommands ? Features.Commands : Features.None));

        Assert.Empty(watched.States.SelectMany(state => StateSchema.ProblemsOf(state)).Distinct());
        Assert.InRange(watched.States.Count, 500, int.MaxValue);
        Assert.Contains(watched.States, state => state.Contains("\"FailureReason\"", StringComparison.Ordinal));
        Assert.Contains(watched.States, state => state.Contains("\"CommandRequests\": [\n", StringComparison.Ordinal) || !hasCommands);
    }

    /// <summary>A program that is not wrong anywhere: what it writes is kept.</summary>
    private sealed class Watched : Mutant
    {
        public ConcurrentBag<string> States { get; } = [];

        public override ClusterUpdate Remembered(ClusterUpdate state)
        {
            States.Add(Encoding.UTF8.GetString(CoreUnderTest.Write(OfTheProgram(state))));
            return state;
        }

        /// <summary>Without the fields that people added by hand meanwhile.</summary>
        private static ClusterUpdate OfTheProgram(ClusterUpdate state) => state with
        {
            UnknownFields = null,
            EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node => node with { UnknownFields = null })],
        };
    }
}
