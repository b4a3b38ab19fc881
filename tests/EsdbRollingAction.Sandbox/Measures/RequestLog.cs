using System.Collections.Concurrent;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Measures;

/// <summary>One request that the program made, other than probes.</summary>
/// <param name="At">Real time since the sandbox started.</param>
/// <param name="Target">Node name, or <c>ec2</c>, <c>ssm</c> or <c>cloudwatch</c>.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="What">Path, or the action with its instance.</param>
/// <param name="Status">HTTP status of the answer.</param>
public sealed record LoggedRequest(TimeSpan At, string Target, string Method, string What, int Status);

/// <summary>Every administrative request and every request to EC2, Systems Manager and CloudWatch, in order.</summary>
public sealed class RequestLog(World world)
{
    private readonly ConcurrentQueue<LoggedRequest> entries = new();
    private long questions;

    /// <summary>All requests so far.</summary>
    public IReadOnlyList<LoggedRequest> Entries => [.. entries];

    /// <summary>How often nodes were only asked: for their gossip, their health, and what they are.</summary>
    public long Questions => Interlocked.Read(ref questions);

    internal void Asked() => Interlocked.Increment(ref questions);

    internal void Add(string target, string method, string what, int status) =>
        entries.Enqueue(new LoggedRequest(world.Do(() => world.ToReal(world.Now)), target, method, what, status));
}
