using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>What must be so of the servers, or this program cannot administer them.</summary>
internal static class ServerChecks
{
    /// <summary>By what each server tells of itself; one that tells nothing is taken for a supported one.</summary>
    public static Check ServersAreSupported(IReadOnlyList<(string Node, NodeInfo? Info)> servers)
    {
        var problems = servers.Select(server => ProblemOf(server.Node, server.Info)).OfType<string>().ToList();
        return problems.Count > 0 ? Check.Refused(nameof(ServersAreSupported), string.Join("; ", problems))
            : servers.All(server => server.Info is null) ? Check.NotChecked(nameof(ServersAreSupported), "no node tells what it is")
            : Check.Passed(nameof(ServersAreSupported), "20.6 or later, and user names and passwords are accepted");
    }

    public static string TooOld(string node, string version) =>
        $"{node} runs version {version}: this program works with EventStoreDB 20.6 and later";

    public static string TokensOnly(string node) =>
        $"{node} authenticates with OAuth (`AuthenticationType: oauth`) and takes bearer tokens only: this program administers nodes with "
        + "the name and password of a user, so it cannot update this cluster";

    private static string? ProblemOf(string node, NodeInfo? info) => info switch
    {
        { IsTooOld: true, Version: { } version } => TooOld(node, version),
        { TakesTokensOnly: true } => TokensOnly(node),
        _ => null,
    };
}
