using EsdbRollingAction.Core.Cluster;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Whether the servers can be brought to another version, one node after the other.</summary>
internal sealed class UpgradeChecks(string target, bool allowDowngrade)
{
    /// <summary>Options with which a server does not start, by the first release that refuses them.</summary>
    /// <remarks>The vendor's upgrade guides: "breaking changes" of 23.10, 24.10 and 25.0.</remarks>
    private static readonly (Version Since, string[] Options)[] RefusedOptions =
    [
        (new(23, 10), ["PrepareCount", "CommitCount"]),
        (new(24, 10),
        [
            "EnableExternalTcp", "ExtTcpPort", "ExtTcpPortAdvertiseAs", "ExtTcpHeartbeatInterval", "ExtTcpHeartbeatTimeout",
            "DisableExternalTcpTls",
        ]),
        (new(25, 0),
        [
            "ExtIp", "ExtPort", "HttpPortAdvertiseAs", "ExtHostAdvertiseAs", "IntIp", "IntTcpPort", "IntHostAdvertiseAs",
            "IntTcpHeartbeatInterval", "IntTcpHeartbeatTimeout",
        ]),
    ];

    /// <summary>Makes the checks.</summary>
    public IReadOnlyList<Check> Make(IReadOnlyList<CheckedNode> nodes) =>
        [.. CheckRows.Of(nodes, node => [UpgradeIsSupported(node), OptionsLetItStart(node.Options)]), GoodToKnow()];

    private Check UpgradeIsSupported(CheckedNode node)
    {
        if (node.Version is not { } version || ServerVersion.Release(version) is null)
        {
            return NotChecked("it does not tell its version");
        }

        var pair = $"{version} → {target}";
        return UpgradeTable.Of(version, target) switch
        {
            UpgradeVerdict.Supported => Passed(pair),
            UpgradeVerdict.Unknown => Warning($"{pair}: this program does not know that version", "Read the vendor's upgrade guide first"),
            UpgradeVerdict.TooFar => Refused(
                $"{pair} is no supported rolling upgrade; it is supported from {UpgradeTable.FromWhich(target)}",
                "Roll to a version in between first, one hop at a time"),
            UpgradeVerdict.Unreadable => Refused(
                $"{pair}: the older server cannot read what the newer one has written",
                "Restore a backup instead"),
            _ => RefusedUnless(
                allowDowngrade,
                $"{pair} is a downgrade, which the vendor does not promise to work",
                "Set allow-downgrade to true to do it all the same"),
        };
    }

    private Check OptionsLetItStart(IReadOnlyList<ServerOption>? options)
    {
        if (options is null || ServerVersion.Release(target) is not { } release)
        {
            return NotChecked("it does not show its options");
        }

        List<string> refused = [.. RefusedOptions.Where(one => release >= one.Since).SelectMany(one => one.Options)];
        var set = options
            .Where(option => option.IsSet is true && refused.Contains(option.Name, StringComparer.OrdinalIgnoreCase))
            .Select(option => option.Name)
            .ToList();
        var isTold = options.Any(option => option.IsSet is not null);
        return (set, isTold) switch
        {
            ({ Count: > 0 }, _) => Warning(
                $"{target} does not start with {string.Join(", ", set)}, which somebody has set",
                "The document has to take them out of the configuration before it starts the new server"),
            (_, true) => Passed($"none is set that {target} refuses"),
            _ => NotChecked(
                $"it does not tell which options somebody has set; {target} refuses {string.Join(", ", refused.TakeLast(3))} and others"),
        };
    }

    /// <summary>What no check can tell, and nobody should find out at night.</summary>
    private Check GoodToKnow()
    {
        var release = ServerVersion.Release(target);
        List<string> said =
        [
            "nodes of two versions run beside each other until the last one is done",
            .. release >= new Version(24, 10) ? new[] { "certificates need the key usages that 24.10 asks for" } : [],
            .. release >= new Version(24, 10) ? new[] { "features with a licence need its key" } : [],
            .. release >= new Version(25, 0) ? new[] { "package, unit, user and paths are named kurrentdb" } : [],
            .. release >= new Version(25, 1)
                ? new[] { "a node that is level may still build its secondary index, for minutes to hours" }
                : [],
        ];
        return Note(string.Join("; ", said));
    }
}
