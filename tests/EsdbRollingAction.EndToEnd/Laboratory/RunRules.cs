using System.Text.Json;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.EndToEnd.Laboratory;

/// <summary>What must be so after a run of the program. Made before it begins.</summary>
internal sealed class RunRules(Rolling rolling)
{
    private readonly List<string> stoppedBefore = Stopped(rolling);

    /// <summary>Whatever ended the run.</summary>
    public IEnumerable<string> JudgeState()
    {
        try
        {
            if (File.Exists(rolling.StatePath))
            {
                _ = rolling.State;
            }

            return [];
        }
        catch (JsonException e)
        {
            return [$"the state is not readable: {e.Message}"];
        }
    }

    /// <summary>The program ended by itself.</summary>
    public IEnumerable<string> JudgeEnd(ProgramResult result)
    {
        if (result.ExitCode is not (0 or 1 or 3 or 4) || result.Error.Contains("unexpected-error", StringComparison.Ordinal))
        {
            yield return $"ended with {result.ExitCode}: {result.Error}";
        }

        // What a killed run left is not the fault of one that could not even begin.
        foreach (var node in result.ExitCode is 3 or 4 ? Stopped(rolling).Except(stoppedBefore) : Stopped(rolling))
        {
            yield return $"ended with {result.ExitCode} and left {node} stopped";
        }

        foreach (var instance in rolling.Sandbox.Ec2.Truth.Where(instance => result.ExitCode == 0 && instance.Type != LaboratoryRoll.TargetType))
        {
            yield return $"ended with success and {instance.Node} is {instance.Type}";
        }
    }

    private static List<string> Stopped(Rolling rolling) =>
        [.. rolling.Sandbox.Ec2.Truth.Where(instance => instance.State is Ec2State.Stopped or Ec2State.Stopping).Select(instance => instance.Node)];
}
