namespace EsdbRollingAction.Sandbox.Model;

/// <summary>Disturbs the cluster and EC2 at random moments, until it is told to be calm.</summary>
internal sealed class Troublemaker
{
    private const double LongestStorm = 60;
    private readonly World world;
    private readonly Cluster cluster;
    private readonly Ec2 ec2;
    private readonly Trouble trouble;
    private readonly bool losesReboots;
    private readonly Random random;
    private TimeSpan stormUntil;
    private string stormAt = "";

    /// <param name="world">Model time.</param>
    /// <param name="cluster">The database.</param>
    /// <param name="ec2">The machines.</param>
    /// <param name="trouble">How much of it.</param>
    /// <param name="losesReboots">Whether EC2 loses reboots, where it would else have no capacity.</param>
    public Troublemaker(World world, Cluster cluster, Ec2 ec2, Trouble trouble, bool losesReboots)
    {
        this.world = world;
        this.cluster = cluster;
        this.ec2 = ec2;
        this.trouble = trouble;
        this.losesReboots = losesReboots;
        random = new Random(trouble.Seed);
        if (trouble.SecondsBetween > 0)
        {
            world.Do(Wait);
        }
    }

    /// <summary>What happened, each with its model time.</summary>
    public List<string> Told { get; } = [];

    public bool IsCalm { get; private set; }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Calm() => world.Do(() =>
    {
        IsCalm = true;
        ec2.CapacityShortages = 0;
        ec2.RebootsToLose = 0;
    });

    /// <summary>Whether everything that is asked of this node, or of EC2 and the other services of AWS with it, goes wrong for a while.</summary>
    public bool IsStormy(string target) =>
        world.Look(() => !IsCalm && (target is "ssm" or "cloudwatch" ? "ec2" : target) == stormAt && world.Now < stormUntil);

    private void Wait() => world.After(trouble.SecondsBetween * 2 * random.NextDouble(), () =>
    {
        if (!IsCalm)
        {
            Disturb();
            Wait();
        }
    });

    private void Disturb()
    {
        var node = cluster.NodeNames[random.Next(cluster.NodeNames.Count)];
        switch (random.Next(6))
        {
            case 0 or 1:
                var seconds = 3 + (random.NextDouble() * 40);
                Tell($"{node} crashes for {seconds:0} s");
                cluster.Crash(node, seconds);
                break;
            case 2:
                Tell("leadership moves");
                cluster.MoveLeadership();
                break;
            case 3 when losesReboots:
                ec2.RebootsToLose = random.Next(1, 3);
                Tell($"EC2 loses {ec2.RebootsToLose} reboots");
                break;
            case 3:
                ec2.CapacityShortages = random.Next(1, 3);
                Tell($"no capacity {ec2.CapacityShortages} times");
                break;
            case 4:
                Storm("ec2");
                break;
            default:
                Storm(node);
                break;
        }
    }

    private void Storm(string target)
    {
        stormAt = target;
        stormUntil = world.Now + TimeSpan.FromSeconds(random.NextDouble() * LongestStorm);
        Tell($"nothing asked of {target} goes well for {(stormUntil - world.Now).TotalSeconds:0} s");
    }

    private void Tell(string what) => Told.Add($"{world.ToReal(world.Now).TotalSeconds,8:0.000} !! {what}");
}
