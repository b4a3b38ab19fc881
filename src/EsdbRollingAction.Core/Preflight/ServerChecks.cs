using System.Runtime.CompilerServices;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Planning;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>What a server says of itself; null what it does not say.</summary>
internal sealed record ServerFacts(string Node, NodeInfo? Info = null, bool? IsScavenging = null, bool? IsLicensed = null);

/// <summary>What is worth knowing of the servers before they are restarted.</summary>
internal static class ServerChecks
{
    public static async Task<IReadOnlyList<Check>> OfAsync(FirstLook first, IClusterNodes nodes, CancellationToken cancellationToken)
    {
        var answering = first.Look.Nodes.Where(node => node.Value.Own is not null).Select(node => node.Key);
        var servers = await Task.WhenAll(answering.Select(AskAsync));
        return [ServersAreSupported(servers), ServerVersionsAreEqual(servers), NoScavengeRuns(servers), NoLicenceToActivate(servers)];

        async Task<ServerFacts> AskAsync(NodeEndpoint node)
        {
            var server = new ServerFacts($"{node}", await nodes.InfoAsync(node, cancellationToken));
            return first.Denied is not null ? server : server with
            {
                IsScavenging = await nodes.IsScavengingAsync(node, cancellationToken),
                IsLicensed = await nodes.IsLicensedAsync(node, cancellationToken),
            };
        }
    }

    /// <summary>A server that does not show what it is counts as supported.</summary>
    public static Check ServersAreSupported(IReadOnlyList<ServerFacts> servers)
    {
        var problems = servers.Select(ProblemOf).OfType<string>().ToList();
        if (problems.Count > 0)
        {
            return Refused(string.Join("; ", problems));
        }

        return servers.All(server => server.Info is null)
            ? NotChecked("no node tells what it is")
            : Passed("20.6 or later, and user names and passwords are accepted");
    }

    /// <summary>Nodes of two versions work together; somebody may be in the middle of an upgrade.</summary>
    public static Check ServerVersionsAreEqual(IReadOnlyList<ServerFacts> servers)
    {
        var versions = servers.Select(server => server.Info?.Version).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        return versions switch
        {
            [] => NotChecked("no node tells its version"),
            [var only] => Passed(only),
            _ => Note($"the nodes run {string.Join(" and ", versions)}"),
        };
    }

    /// <summary>A stop ends a scavenge; the database takes it up again only when somebody asks it to.</summary>
    public static Check NoScavengeRuns(IReadOnlyList<ServerFacts> servers)
    {
        var running = Names(servers, server => server.IsScavenging == true);
        return running.Length > 0
            ? Note($"one runs on {running}: it is interrupted when the node stops")
            : PassedUnlessUnknown("none", Names(servers, server => server.IsScavenging is null));
    }

    /// <summary>A licence is activated for one machine, known by its MAC address, CPUs and memory (the server's Fingerprint).</summary>
    public static Check NoLicenceToActivate(IReadOnlyList<ServerFacts> servers)
    {
        var licensed = Names(servers, server => server.IsLicensed == true);
        return licensed.Length > 0
            ? Note(
                $"{licensed} {(licensed.Contains(',', StringComparison.Ordinal) ? "have" : "has")} a licence key:"
                + " another instance type is another machine, for which it is activated again",
                "The nodes need outbound HTTPS to licensing.kurrent.io and a free activation each")
            : PassedUnlessUnknown("no node has a licence key", Names(servers, server => server.IsLicensed is null));
    }

    private static Check PassedUnlessUnknown(string found, string unknown, [CallerMemberName] string name = "") =>
        unknown.Length > 0 ? NotChecked($"{unknown} did not tell", name) : Passed(found, name);

    private static string Names(IEnumerable<ServerFacts> servers, Func<ServerFacts, bool> areMeant) =>
        string.Join(", ", servers.Where(areMeant).Select(server => server.Node));

    public static string TooOld(string node, string version) =>
        $"{node} runs version {version}: this program works with EventStoreDB 20.6 and later";

    public static string TokensOnly(string node) =>
        $"{node} authenticates with OAuth (`AuthenticationType: oauth`) and takes bearer tokens only: this program administers nodes with "
        + "the name and password of a user, so it cannot update this cluster";

    private static string? ProblemOf(ServerFacts server) => server.Info switch
    {
        { IsTooOld: true, Version: { } version } => TooOld(server.Node, version),
        { TakesTokensOnly: true } => TokensOnly(server.Node),
        _ => null,
    };
}
