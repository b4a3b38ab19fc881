using EsdbRollingAction.Core.State;

namespace EsdbRollingAction;

/// <summary>Node names come from tags and files: one of many pages would leave no room for what is said of the node.</summary>
internal sealed class LongNames
{
    private readonly HashSet<string> names = [];

    public static LongNames In(ClusterUpdate? state)
    {
        var names = new LongNames();
        names.Learn(state ?? new ClusterUpdate());
        return names;
    }

    public void Learn(ClusterUpdate state) => names.UnionWith(state.EventStoreNodeUpdates
        .Select(node => node.NodeName)
        .Where(name => name.Length > Printable.LongestName));

    public string Cut(string text) => names
        .OrderByDescending(name => name.Length)
        .Aggregate(text, (cut, name) => cut.Replace(name, Printable.ShortName(name), StringComparison.Ordinal));
}
