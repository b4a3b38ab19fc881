using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>
/// Draws what becomes of requests. The n-th request of a kind has the same fate whenever it comes, so that a seed means
/// nearly the same in every run although the order of requests differs.
/// </summary>
internal sealed class Fates(Trouble trouble, Troublemaker troublemaker, string target)
{
    private static readonly Fate[] OfAny = [Fate.Reset, Fate.AnswerLost, Fate.AnswerCut, Fate.PageInstead, Fate.TooMany, Fate.ServerError];

    private static readonly Fate[] OfEc2 = [Fate.RequestLimitExceeded, Fate.RequestLimitExceeded, Fate.InternalError];
    private static readonly Fate[] OfSsm = [Fate.ThrottlingException, Fate.ThrottlingException, Fate.InternalServerError];
    private static readonly Fate[] OfCloudWatch = [Fate.Throttling, Fate.Throttling, Fate.InternalFailure];
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    public Fate Next(string kind)
    {
        var random = new Random(Seed(kind));
        if (troublemaker.IsCalm || (random.NextDouble() >= trouble.WireShare && !troublemaker.IsStormy(target)))
        {
            return Fate.Answered;
        }

        if (random.Next(20) == 0)
        {
            return Fate.AnswerLate;
        }

        Fate[] possible = [.. OfAny, .. OfTarget, .. Particular(kind)];
        return possible[random.Next(possible.Length)];
    }

    private Fate[] OfTarget => target switch
    {
        "ec2" => OfEc2,
        "ssm" => OfSsm,
        CloudWatchServer.Target => OfCloudWatch,
        _ => [],
    };

    private static Fate[] Particular(string kind) => kind switch
    {
        "StopInstances" or "RebootInstances" or "ModifyInstanceAttribute" => [Fate.IncorrectInstanceState, Fate.IncorrectInstanceState],
        "StartInstances" => [Fate.IncorrectInstanceState, Fate.InsufficientInstanceCapacity],
        "CreateCapacityReservation" => [Fate.InsufficientInstanceCapacity],
        _ => [],
    };

    private int Seed(string kind)
    {
        lock (gate)
        {
            var count = counts[kind] = counts.GetValueOrDefault(kind) + 1;
            return $"{target} {kind}".Aggregate(unchecked((trouble.Seed * 1_000_003) + (count * 7_919)), (hash, letter) => unchecked((hash * 31) + letter));
        }
    }
}
