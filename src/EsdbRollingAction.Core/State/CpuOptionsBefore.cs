namespace EsdbRollingAction.Core.State;

/// <summary>CPU options that somebody had set on a node's instance. EC2 forgets them when the type changes.</summary>
/// <param name="InstanceType">The type that they were set for.</param>
/// <param name="CoreCount">CPU cores.</param>
/// <param name="ThreadsPerCore">Threads of each core.</param>
public sealed record CpuOptionsBefore(string InstanceType, int CoreCount, int ThreadsPerCore);
