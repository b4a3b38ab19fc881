namespace EsdbRollingAction.Sandbox.Model;

/// <content>Which version of the database is installed, and which one runs.</content>
public sealed partial class Cluster
{
    /// <summary>A leader does not replicate to a node of an older version than its own.</summary>
    internal bool NewLeaderLosesOld { get; init; }

    /// <summary>The version that is installed on the node's machine, as a server of it says it.</summary>
    public string InstalledVersion(string node) => world.Look(() => Find(node).InstalledVersion);

    /// <summary>The version of the process that runs, or ran last: what is installed is the next one.</summary>
    public string RunningVersion(string node) => world.Look(() => Find(node).RunningVersion);

    /// <summary>Installs a version on the node's machine, or gives back that there is none of that name.</summary>
    public bool Install(string node, string version) => world.Do(() => Install(Find(node), version));

    internal static bool Install(Node node, string version)
    {
        if (!ServerVersions.IsVersion(version))
        {
            return false;
        }

        node.InstalledVersion = node.InstallsNothing ? node.InstalledVersion : ServerVersions.Full(version);
        return true;
    }

    private bool IsTooOld(Node node) =>
        NewLeaderLosesOld && Leading is { } leader && ServerVersions.IsNewer(leader.RunningVersion, node.RunningVersion);
}
