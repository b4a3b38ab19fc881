namespace EsdbRollingAction.Core.State;

/// <summary>Since when a read-only replica has served nobody, or has stood still behind the leader.</summary>
/// <param name="Since">When it was first seen so.</param>
/// <param name="WriterCheckpoint">Where it stands still; null when it serves nobody.</param>
public sealed record OutOfService(DateTimeOffset Since, long? WriterCheckpoint);
