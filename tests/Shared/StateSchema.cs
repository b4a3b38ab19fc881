using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EsdbRollingAction.Testing;

/// <summary>
/// <c>docs/state.schema.json</c>, and a checker of the words of JSON Schema that it uses. It is stricter than an editor: a field that the
/// schema does not have is a problem, and so is a word that the checker does not know.
/// </summary>
internal sealed class StateSchema
{
    private static readonly string[] Told = ["$schema", "$id", "$defs", "title", "description", "examples"];

    public static JsonObject Root { get; } =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "state.schema.json")))!.AsObject();

    private static readonly Dictionary<JsonObject, JsonObject> ResolvedBefore = [];
    private readonly List<string> problems = [];
    private readonly bool allowsUnknownFields;

    private StateSchema(bool allowsUnknownFields) => this.allowsUnknownFields = allowsUnknownFields;

    /// <summary>What is wrong with a state; empty when nothing is.</summary>
    public static IReadOnlyList<string> ProblemsOf(string state, bool allowsUnknownFields = false)
    {
        var check = new StateSchema(allowsUnknownFields);
        check.Check(JsonNode.Parse(state), Root, "$");
        return check.problems;
    }

    /// <summary>The schema itself, or what its <c>$ref</c> leads to, with what stands beside that.</summary>
    public static JsonObject Resolved(JsonObject schema)
    {
        if (schema["$ref"] is not { } reference)
        {
            return schema;
        }

        var target = ((string)reference!).TrimStart('#', '/').Split('/').Aggregate((JsonNode)Root, (node, name) => node[name]!);
        var beside = schema.Where(word => word.Key is not "$ref").ToList();
        var resolved = target.DeepClone().AsObject();
        beside.ForEach(word => resolved[word.Key] = word.Value?.DeepClone());
        return resolved;
    }

    private static JsonObject ResolvedOnce(JsonObject schema)
    {
        lock (ResolvedBefore)
        {
            return ResolvedBefore.TryGetValue(schema, out var before) ? before : ResolvedBefore[schema] = Resolved(schema);
        }
    }

    private void Check(JsonNode? value, JsonObject schema, string place)
    {
        schema = ResolvedOnce(schema);
        foreach (var (word, says) in schema.Where(word => !Told.Contains(word.Key)))
        {
            if (!Holds(word, says!, value, place))
            {
                problems.Add($"{place} is {value?.ToJsonString() ?? "null"}: {word} {says!.ToJsonString()}");
            }
        }

        if (!allowsUnknownFields && value is JsonObject fields && schema["properties"] is JsonObject known)
        {
            problems.AddRange(fields.Where(field => !known.ContainsKey(field.Key)).Select(field => $"{place}.{field.Key} is not in the schema"));
        }
    }

    private bool Holds(string word, JsonNode says, JsonNode? value, string place) => word switch
    {
        "type" => TypesIn(says).Any(type => IsOf(type, value)),
        "enum" => says.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)),
        "format" => value is null || IsFormatted((string)says!, (string)value!),
        "maxLength" => value?.GetValueKind() is not JsonValueKind.String || value.GetValue<string>().Length <= (int)says,
        "minimum" => value is null || !IsOf("integer", value) || (long)value >= (long)says,
        "maximum" => value is null || !IsOf("integer", value) || (long)value <= (long)says,
        "required" => value is not JsonObject fields || says.AsArray().All(name => fields.ContainsKey((string)name!)),
        "anyOf" => says.AsArray().Any(one => IsValid(value, one!.AsObject())),
        "items" => OfItems(value, says.AsObject(), place),
        "properties" => OfProperties(value, says.AsObject(), place),
        _ => throw new NotSupportedException($"The checker does not know the word {word} of JSON Schema."),
    };

    private bool IsValid(JsonNode? value, JsonObject schema)
    {
        var check = new StateSchema(allowsUnknownFields);
        check.Check(value, schema, "");
        return check.problems.Count == 0;
    }

    private bool OfItems(JsonNode? value, JsonObject schema, string place)
    {
        var items = value as JsonArray ?? [];
        for (var index = 0; index < items.Count; index++)
        {
            Check(items[index], schema, $"{place}[{index}]");
        }

        return true;
    }

    private bool OfProperties(JsonNode? value, JsonObject properties, string place)
    {
        foreach (var (name, schema) in properties)
        {
            if (value is JsonObject fields && fields.TryGetPropertyValue(name, out var field))
            {
                Check(field, schema!.AsObject(), $"{place}.{name}");
            }
        }

        return true;
    }

    private static IEnumerable<string> TypesIn(JsonNode says) => says is JsonArray many ? many.Select(type => (string)type!) : [(string)says!];

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("null", JsonValueKind.Null) or ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => long.TryParse(value!.ToJsonString(), CultureInfo.InvariantCulture, out _),
        _ => false,
    };

    private static bool IsFormatted(string format, string text) => format switch
    {
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) && text.Contains('T', StringComparison.Ordinal),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        _ => throw new NotSupportedException($"The checker does not know the format {format}."),
    };
}
