using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>A request of the EC2 query protocol.</summary>
internal sealed class Ec2Form(Dictionary<string, string> fields)
{
    public string Action => this["Action"] ?? "";

    public bool DryRun => string.Equals(this["DryRun"], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The action with what it is about.</summary>
    public string Summary => string.Join(' ', new[] { Action }.Concat(List("InstanceId")).Concat(List("ResourceId")).Append(this["InstanceId"]).Append(this["CapacityReservationId"]).Append(this["InstanceType"]).Append(this["InstanceType.Value"]).Append(DryRun ? "DryRun" : null).OfType<string>());

    public string? this[string name] => fields.GetValueOrDefault(name);

    public static Ec2Form Parse(string body) => new(
        QueryHelpers.ParseQuery(body).ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal));

    /// <summary>Values of <c>name.1</c>, <c>name.2</c>, …</summary>
    public IReadOnlyList<string> List(string name) =>
        [.. Numbers().Select(number => this[$"{name}.{number}"]).TakeWhile(value => value is not null).OfType<string>()];

    /// <summary>Filters: name and accepted values.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Filters() =>
        [.. Numbers()
            .Select(number => (Name: this[$"Filter.{number}.Name"], Values: List($"Filter.{number}.Value")))
            .TakeWhile(filter => filter.Name is not null)
            .Select(filter => (filter.Name!, filter.Values))];

    /// <summary>Tags: key, and value where there is one.</summary>
    public IReadOnlyList<(string Key, string? Value)> Tags(string name) =>
        [.. Numbers()
            .Select(number => (Key: this[$"{name}.{number}.Key"], Value: this[$"{name}.{number}.Value"]))
            .TakeWhile(tag => tag.Key is not null)
            .Select(tag => (tag.Key!, tag.Value))];

    /// <summary>The page that is asked for, and the token of the next one.</summary>
    public (IEnumerable<T> Page, string? NextToken) Page<T>(IReadOnlyList<T> all)
    {
        var from = int.Parse(this["NextToken"] ?? "0", CultureInfo.InvariantCulture);
        var size = int.Parse(this["MaxResults"] ?? "1000", CultureInfo.InvariantCulture);
        return (all.Skip(from).Take(size), from + size < all.Count ? $"{from + size}" : null);
    }

    private static IEnumerable<string> Numbers() => Enumerable.Range(1, 1000).Select(number => number.ToString(CultureInfo.InvariantCulture));
}
