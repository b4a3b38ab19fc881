using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Planning;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>What the servers say that is worth knowing before they are restarted.</summary>
internal static class ServerChecks
{
    public static async Task<IReadOnlyList<Check>> OfAsync(FirstLook first, INodeFacts facts, CancellationToken cancellationToken)
    {
        var answering = first.Look.Nodes.Where(node => node.Value.Own is not null).Select(node => node.Key).ToList();
        var infos = await Task.WhenAll(answering.Select(node => facts.InfoAsync(node, cancellationToken)));
        var scavenging = await AskAsync(facts.IsScavengingAsync);
        var licensed = await AskAsync(facts.IsLicensedAsync);
        return
        [
            ServersAreSupported([.. answering.Zip(infos).Select(server => (server.First.ToString(), server.Second))]),
            ServerVersionsAreEqual([.. infos.Select(info => info?.Version).OfType<string>()]),
            NoScavengeRuns([.. scavenging[true]], [.. scavenging[null]]),
            NoLicenceToActivate([.. licensed[true]], [.. licensed[null]]),
        ];

        async Task<ILookup<bool?, string>> AskAsync(Func<NodeEndpoint, CancellationToken, Task<bool?>> ask)
        {
            var answers = first.Denied is null
                ? await Task.WhenAll(answering.Select(node => ask(node, cancellationToken)))
                : new bool?[answering.Count];
            return answering.Zip(answers).ToLookup(node => node.Second, node => node.First.ToString());
        }
    }

    /// <summary>A server that does not show what it is counts as supported.</summary>
    public static Check ServersAreSupported(IReadOnlyList<(string Node, NodeInfo? Info)> servers)
    {
        var problems = servers.Select(server => ProblemOf(server.Node, server.Info)).OfType<string>().ToList();
        return (problems.Count, servers.Count(server => server.Info is not null)) switch
        {
            ( > 0, _) => Refused(string.Join("; ", problems)),
            (_, 0) => NotChecked("no node tells what it is"),
            _ => Passed("20.6 or later, and user names and passwords are accepted"),
        };
    }

    /// <summary>Nodes of two versions work together; somebody may be in the middle of an upgrade.</summary>
    public static Check ServerVersionsAreEqual(IReadOnlyCollection<string> versions) =>
        versions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList() switch
        {
            [] => NotChecked("no node tells its version"),
            [var only] => Passed(only),
            var several => Note($"the nodes run {string.Join(" and ", several)}"),
        };

    /// <summary>A stop ends a scavenge; the database takes it up again only when somebody asks it to.</summary>
    public static Check NoScavengeRuns(IReadOnlyCollection<string> running, IReadOnlyCollection<string> unknown) =>
        (running.Count, unknown.Count) switch
        {
            ( > 0, _) => Note($"one runs on {string.Join(", ", running)}: it is interrupted when the node stops"),
            (_, > 0) => NotChecked($"{string.Join(", ", unknown)} did not tell"),
            _ => Passed("none"),
        };

    /// <summary>A licence is activated for one machine, known by its MAC address, CPUs and memory (the server's Fingerprint).</summary>
    public static Check NoLicenceToActivate(IReadOnlyCollection<string> licensed, IReadOnlyCollection<string> unknown) =>
        (licensed.Count, unknown.Count) switch
        {
            ( > 0, _) => Note(
                $"{string.Join(", ", licensed)} {(licensed.Count == 1 ? "has" : "have")} a licence key:"
                + " another instance type is another machine, for which it is activated again",
                "The nodes need outbound HTTPS to licensing.kurrent.io and a free activation each"),
            (_, > 0) => NotChecked($"{string.Join(", ", unknown)} did not tell"),
            _ => Passed("no node has a licence key"),
        };

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
