namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>What is said before anything is built, since that takes a moment.</summary>
internal static class Announcement
{
    public static string Of(SandboxOptions options, bool resumes)
    {
        var replicas = options.Nodes.Count(node => node.IsReadOnlyReplica);
        var voters = options.Nodes.Count - replicas;
        var what = resumes ? "Building the cluster again as it was left" : "Building a cluster";
        var nodes = $"{Count(options.Nodes.Count, "node")} ({Count(voters, "voter")}, {Count(replicas, "read-only replica")})";
        return $"""
            {what}: {nodes}, an EC2 endpoint, and {Count(options.Writers, "client")} writing all the time; all on 127.0.0.0/8.
            Time is scaled: {(options.TimeScale == 1 ? "one model second is" : $"{options.TimeScale} model seconds are")} one real second.
            """;
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
