using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests;

/// <summary>Acts of which it only matters what they are.</summary>
internal static class AnAct
{
    public static Act Stop { get; } = new Act.ChangeInstance(new StopStep(null!));
}
