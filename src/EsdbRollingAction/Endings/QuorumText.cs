using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Endings;

/// <summary>How many voters are up, and what that leaves.</summary>
internal static class QuorumText
{
    /// <summary>Longer ago than this, the look's time is told with it.</summary>
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(15);

    /// <param name="voters">What was last seen.</param>
    /// <param name="off">What is off by now, though that look may have shown it up.</param>
    /// <param name="now">When this is told.</param>
    public static string Of(VotersUp voters, InstancesOff off, DateTimeOffset now)
    {
        var (up, level) = (voters.Up.Except(off.Endpoints).Count(), voters.Level.Except(off.Endpoints).Count());
        var seen = now - voters.At < Now ? "" : $" (seen at {TimeText.Clock(voters.At, now)})";
        var areLevel = level == up ? " and level" : $", {level} of them level";
        return $"{up} of {voters.Of} voters {(up == 1 ? "is" : "are")} up{areLevel}{seen}: {Meaning(up, level, voters.Of)}.";
    }

    /// <summary>A voter that is not level answers for no write that the others have.</summary>
    private static string Meaning(int up, int level, int all)
    {
        var majority = ClusterView.Majority(all);
        var until = all - level == 1 ? "until the other one is up and level" : "until the others are up and level";
        return (up, level - majority) switch
        {
            _ when up < majority => "the quorum is lost, and nothing can be written until another voter is up",
            (_, < 0) => "the quorum stands, but too few are level: writes may have to wait, and no voter may fail",
            (_, 0) when level == all => "the quorum is whole, and no voter may fail",
            (_, var more) when level == all => $"the quorum is whole, and {more} may fail",
            (_, 0) => $"no data is at risk, but no further voter may fail {until}",
            (_, var more) => $"no data is at risk, and {more} more may fail {until}",
        };
    }
}
