namespace EsdbRollingAction.Core.Ec2;

/// <summary>CPU options: how many cores an instance uses, and how many threads of each.</summary>
/// <param name="Cores">CPU cores.</param>
/// <param name="ThreadsPerCore">1 without simultaneous multithreading, else 2.</param>
public sealed record CpuLayout(int Cores, int ThreadsPerCore)
{
    /// <summary>Null when EC2 did not tell both.</summary>
    public static CpuLayout? From(int? cores, int? threadsPerCore) =>
        cores is { } known && threadsPerCore is { } threads ? new CpuLayout(known, threads) : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Cores} core(s) with {ThreadsPerCore} thread(s) each";
}
