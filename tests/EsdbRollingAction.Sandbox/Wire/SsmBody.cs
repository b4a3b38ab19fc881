using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>A request to Systems Manager. What the model does not understand is refused, not passed over.</summary>
internal sealed class SsmBody(string action, JsonObject members)
{
    private const string Prefix = "AmazonSSM.";

    public string Action { get; } = action;

    /// <summary>The action with the instances it is about.</summary>
    public string Summary => string.Join(' ', new[] { Action }
        .Concat(members["InstanceIds"] is JsonArray ids ? ids.Select(id => $"{id}") : [])
        .Append($"{members["InstanceId"]}")
        .Where(word => word.Length > 0));

    /// <exception cref="SsmException">It is no request.</exception>
    public static SsmBody Parse(string? target, string? body)
    {
        try
        {
            return JsonNode.Parse(body ?? "") is JsonObject members
                ? new SsmBody(ActionOf(target), members)
                : throw new SsmException("SerializationException", "The body is no object.");
        }
        catch (JsonException invalid)
        {
            throw new SsmException("SerializationException", invalid.Message);
        }
    }

    /// <summary>The action in <c>X-Amz-Target</c>.</summary>
    public static string ActionOf(string? target) => target?.StartsWith(Prefix, StringComparison.Ordinal) == true ? target[Prefix.Length..] : "";

    /// <exception cref="SsmException">There are others.</exception>
    public SsmBody WithOnly(params string[] known) => members.FirstOrDefault(member => !known.Contains(member.Key)).Key is { } other
        ? throw new SsmException("ValidationException", $"The sandbox does not understand the member {other} of {Action}.")
        : this;

    public string? Text(string name) => members[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw Wrong(name),
    };

    public string Required(string name) => Text(name) ?? throw Missing(name);

    public int? Number(string name) => members[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => throw Wrong(name),
    };

    public bool Flag(string name) => members[name] is { } value && value.GetValueKind() == JsonValueKind.True;

    public IReadOnlyList<string>? Texts(string name) => members[name] is { } list ? Texts(name, list) : null;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters() => members["Parameters"] switch
    {
        null => new Dictionary<string, IReadOnlyList<string>>(),
        JsonObject given => given.ToDictionary(each => each.Key, each => Texts($"Parameters.{each.Key}", each.Value), StringComparer.Ordinal),
        _ => throw Wrong("Parameters"),
    };

    /// <summary>Filters: key and values. They are written in small letters or large ones, by action.</summary>
    public IReadOnlyList<(string Key, IReadOnlyList<string> Values)> Filters(string key, string value) => members["Filters"] switch
    {
        null => [],
        JsonArray filters => [.. filters.Select(filter => filter is JsonObject
            ? ($"{filter[key] ?? throw Missing(key)}",
                filter[value] is JsonArray many ? Texts(value, many) : [$"{filter[value] ?? throw Missing(value)}"])
            : throw Wrong("Filters"))],
        _ => throw Wrong("Filters"),
    };

    /// <summary>The page that is asked for, and the token of the next one.</summary>
    public (IEnumerable<T> Page, string? NextToken) Page<T>(IReadOnlyList<T> all, int least = 1)
    {
        var size = Number("MaxResults") ?? 50;
        if (size < least || size > 50)
        {
            throw new SsmException("ValidationException", $"1 validation error detected: Value '{size}' at 'maxResults' must be between {least} and 50");
        }

        var from = Text("NextToken") switch
        {
            null => 0,
            ['p', 'a', 'g', 'e', '-', .. var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var start) => start,
            _ => throw new SsmException("InvalidNextToken", "The specified token isn't valid."),
        };
        return (all.Skip(from).Take(size), from + size < all.Count ? $"page-{from + size}" : null);
    }

    private static IReadOnlyList<string> Texts(string name, JsonNode? list) => list is JsonArray array
        ? [.. array.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Wrong(name))]
        : throw Wrong(name);

    private static SsmException Wrong(string name) => new("SerializationException", $"{name} is of the wrong type.");

    private static SsmException Missing(string name) =>
        new("ValidationException", $"1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null");
}
