using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>CPU options that somebody had set on a node's instance. EC2 forgets them when the type changes.</summary>
/// <param name="InstanceType">The type that they were set for.</param>
/// <param name="CoreCount">CPU cores.</param>
/// <param name="ThreadsPerCore">Threads of each core.</param>
public sealed record CpuOptionsBefore(string InstanceType, int CoreCount, int ThreadsPerCore)
{
    /// <summary>What is set again on an instance that has got its type back, before it is started; null when there is nothing.</summary>
    public static Act.SetCpuOptions? ToSetAgain(NodeUpdate node) => node switch
    {
        { OriginalCpuOptions: null } or { CpuOptionsTried: true } or { ChangeRequestedAt: null } => null,
        { OriginalCpuOptions: { } before } when before.InstanceType == WantedType(node) =>
            new Act.SetCpuOptions(new CpuLayout(before.CoreCount, before.ThreadsPerCore)),
        _ => null,
    };

    private static string? WantedType(NodeUpdate node) => node.IsRollingBack ? node.OriginalInstanceType : node.TargetInstanceType;
}
