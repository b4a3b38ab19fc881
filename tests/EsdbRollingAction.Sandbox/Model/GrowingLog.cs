namespace EsdbRollingAction.Sandbox.Model;

/// <summary>The leader's log: grows all the time, faster in bursts, and not at all without a leader.</summary>
internal sealed class GrowingLog(long length)
{
    private double length = length;
    private double rate;
    private TimeSpan since;
    private bool growing;

    public long At(TimeSpan now) => (long)(length + (growing ? rate * (now - since).TotalSeconds : 0));

    public void Append(long bytes, TimeSpan now)
    {
        Settle(now);
        length += bytes;
    }

    public void Accelerate(double bytesPerSecond, TimeSpan now)
    {
        Settle(now);
        rate += bytesPerSecond;
    }

    public void Pause(TimeSpan now)
    {
        Settle(now);
        growing = false;
    }

    public void Resume(long from, TimeSpan now)
    {
        length = from;
        since = now;
        growing = true;
    }

    private void Settle(TimeSpan now)
    {
        length = At(now);
        since = now;
    }
}
