namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>EC2 that takes requests and answers none, from a certain one on.</summary>
internal sealed class Ec2Outage(string? hangsFrom)
{
    private readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the first request that is not answered.</summary>
    public Task Began => began.Task;

    /// <summary>Whether the request waited, and nobody listens to its answer any more.</summary>
    public async Task<bool> SwallowsAsync(Ec2Form form)
    {
        if (over.Task.IsCompleted || (!began.Task.IsCompleted && (form.DryRun || form.Action != hangsFrom)))
        {
            return false;
        }

        began.TrySetResult();
        await over.Task;
        return true;
    }

    public void End() => over.TrySetResult();
}
