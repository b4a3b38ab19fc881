using System.Globalization;

namespace EsdbRollingAction.Core.Lease;

/// <summary>What the tag <c>esdb-rolling-update</c> says: which run may take nodes of this cluster down.</summary>
/// <param name="Owner">The run, for people: its page on GitHub, or its process.</param>
/// <param name="Id">Tells the process that holds it from every other.</param>
/// <param name="Epoch">Grows with every owner.</param>
public sealed record LeaseTag(string Owner, string Id, int Epoch)
{
    private const int LongestOwner = 160;
    private const string Seconds = "yyyy-MM-ddTHH:mm:ssZ";

    /// <summary>When its owner last renewed it, by the owner's clock.</summary>
    public DateTimeOffset? Renewed { get; init; }

    /// <summary>Reads a tag's value; null when there is none. Version 1.0.0 called the owner <c>run</c>, and had no epochs.</summary>
    public static LeaseTag? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var fields = new TagFields(text);
        return new LeaseTag(fields.Text("owner") ?? fields.Text("run") ?? "unknown", fields.Text("id") ?? "", fields.Number("epoch") ?? 0)
        {
            Renewed = fields.Time("renewed") ?? fields.Time("at"),
        };
    }

    /// <summary>Whether this one's owner keeps the lease when the two meet: the higher epoch, else the higher id.</summary>
    public bool Outranks(LeaseTag other) => (Epoch, string.CompareOrdinal(Id, other.Id)).CompareTo((other.Epoch, 0)) > 0;

    /// <summary>What the lease calls a run. The end of a page's address tells most.</summary>
    public static string OwnerOf(string run) => TagFields.Allowed(run)[Math.Max(0, run.Length - LongestOwner)..];

    /// <summary>The tag's value.</summary>
    public override string ToString()
    {
        var renewed = Renewed?.UtcDateTime.ToString(Seconds, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"owner={Owner} id={Id} epoch={Epoch} renewed={renewed}");
    }
}
