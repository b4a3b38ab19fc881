using System.Globalization;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Lease;

/// <summary>
/// What the tag <c>esdb-rolling-update-restore</c> on an instance says: what the node was before the update began with it. It is
/// written before the first act and removed when the node is done, so an update whose state file is lost can still be undone.
/// </summary>
public sealed record RestorePoint
{
    /// <summary>Where the node answers.</summary>
    public NodeEndpoint? Node { get; init; }

    /// <summary>Instance type before the update.</summary>
    public string? Type { get; init; }

    /// <summary>Version before the update, where that is not its instance type.</summary>
    public string? Version { get; init; }

    /// <summary>Priority in elections before the update.</summary>
    public int? Priority { get; init; }

    /// <summary>What the update makes of it.</summary>
    public string? Target { get; init; }

    /// <summary>The restore point on an instance, or null.</summary>
    public static RestorePoint? Of(Instance? instance) => Parse(instance?.RestorePoint);

    /// <summary>Reads a tag's value; null when there is none.</summary>
    public static RestorePoint? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var fields = new TagFields(text);
        return new RestorePoint
        {
            Node = EndpointOf(fields.Text("node")),
            Type = fields.Text("type"),
            Version = fields.Text("version"),
            Priority = fields.Number("priority"),
            Target = fields.Text("target"),
        };
    }

    /// <summary>The tag's value; what does not fit goes.</summary>
    public override string ToString()
    {
        var priority = Priority is { } known ? string.Create(CultureInfo.InvariantCulture, $" priority={known}") : "";
        var facts = $"type={TagFields.Allowed(Type)}{priority} target={TagFields.Allowed(Target)}";
        facts += Version is null ? "" : $" version={TagFields.Allowed(Version)}";
        var node = $" node={TagFields.Allowed(Node?.ToString())}";
        return facts.Length + node.Length <= TagFields.Longest ? facts + node : facts;
    }

    private static NodeEndpoint? EndpointOf(string? text)
    {
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon < 1 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        // Brackets may not stand in a tag: around an IPv6 address they have become underscores.
        var host = text![..colon].Trim('_');
        return HostName.IsValid(host) && port is > 0 and <= 65535 ? new NodeEndpoint(host, port) : null;
    }
}
