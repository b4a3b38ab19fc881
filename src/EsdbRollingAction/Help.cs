namespace EsdbRollingAction;

internal static class Help
{
    public static string Text =>
        $"""
        Rolls a change over the nodes of an EventStoreDB or KurrentDB cluster on EC2, one at a time, without downtime:
        read-only replicas first, then followers, the leader last after it has handed over.

        Usage: esdb-rolling-update [--version | --help]

        The inputs are environment variables:

        {string.Join("\n", InputNames.All.Select(input => $"  {input.Variable,-48}{input.Meaning} (default: {input.Default})"))}

        AWS_* variables are honoured as the AWS SDK does, AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_EC2 among them.

        Exit codes: 0 done, step taken, nothing left off, or all is well; 1 the update failed; 2 bad input;
        3 refused before anything was changed, or mode status: somebody should look; 4 could not go on, nothing broken, run again to resume;
        130 and 143 cancelled by SIGINT and SIGTERM.

        """;
}
