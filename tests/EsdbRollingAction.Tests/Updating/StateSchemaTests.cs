using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>What <c>docs/state.schema.json</c> tells an editor of the state file is what the program writes and reads.</summary>
public class StateSchemaTests
{
    private const string Smallest = """{"UpdateStrategy":"Ec2InstanceTypeUpdate","TargetInstanceType":"t2.xlarge"}""";

    /// <summary>Fields that are text to the serializer, and of whose words the program knows all.</summary>
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["NodeUpdateStatusDetail"] = Enum.GetNames<NodePhase>(),
        ["Phase"] = Enum.GetNames<NodePhase>(),
        ["UpdateStrategy"] =
        [
            Ec2InstanceTypeUpdate.StrategyName, Ec2InstanceRestart.StrategyName, SsmCommandUpdate.StrategyName, ServerVersionUpdate.StrategyName,
        ],
    };

    private static readonly StateFile File = new("state.json");

    /// <summary>Both ways: a field that is new in the program, or gone, or of another type, or has another value, fails this.</summary>
    [Fact]
    public void The_schema_has_the_fields_that_the_program_writes_with_their_types_and_values_and_no_others() =>
        Assert.Equal(Shape(Written(), ""), Shape(StateSchema.Root, ""));

    [Fact]
    public void Every_field_is_told_in_one_line_that_begins_with_a_capital_and_ends_with_a_full_stop() => Assert.All(
        Fields(StateSchema.Root).Select(field => (field.Name, Text: (string?)field.Schema["description"] ?? "")),
        field => Assert.Matches("^[A-Z][^\n]{3,178}\\.$", field.Text));

    [Fact]
    public void No_field_is_forbidden_for_those_that_the_program_does_not_know_survive() =>
        Assert.DoesNotContain("additionalProperties", StateSchema.Root.ToJsonString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("article-input.json")]
    [InlineData("article-in-progress.json")]
    [InlineData("rolls/updated.json")]
    [InlineData("rolls/rolled-back.json")]
    public void The_article_s_states_and_those_of_rolls_are_valid(string name)
    {
        var text = System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));

        Assert.Empty(StateSchema.ProblemsOf(text));
        Assert.Empty(StateSchema.ProblemsOf(Write(Read(text))));
    }

    [Theory]
    [InlineData(Smallest)]
    [InlineData("{}")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"a"},{"NodeAddress":"b.example.com","NodePort":0,"Bake":null,"FailureReason":null}]}""")]
    public void What_may_be_left_out_is_not_asked_for(string text)
    {
        Assert.Empty(StateSchema.ProblemsOf(text));
        Assert.Empty(StateSchema.ProblemsOf(Write(Read(text))));
    }

    [Theory]
    [InlineData("""{"ClusterUpdateStatus":"Done"}""")]
    [InlineData("""{"ClusterUpdateStatus":1}""")]
    [InlineData("""{"ClusterUpdateStatus":null}""")]
    [InlineData("""{"MaxNumberOfIterationsPerNodeUpdate":0}""")]
    [InlineData("""{"MaxNumberOfIterationsPerNodeUpdate":"1000"}""")]
    [InlineData("""{"StartedAt":"yesterday"}""")]
    [InlineData("""{"PausedBecause":"Lunch"}""")]
    [InlineData("""{"EventStoreNodeUpdates":null}""")]
    [InlineData("""{"EventStoreNodeUpdates":[null]}""")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeType":"Leader"}]}""")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"a","NodePort":70000}]}""")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"a","UpdateIterations":-1}]}""")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"a","UpdateIterations":"many"}]}""")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"a","OriginalNodePriority":1.5}]}""")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"a","EventStoreInstanceIdBeforeStop":"i-1"}]}""")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"a","Bake":{"Since":"soon"}}]}""")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"a","FailureReason":"BadLuck"}]}""")]
    [InlineData("[]")]
    public void What_the_program_refuses_an_editor_marks(string text)
    {
        Assert.NotEmpty(StateSchema.ProblemsOf(text, allowsUnknownFields: true));
        Assert.Equal(FailureReason.InvalidInput, Assert.Throws<RollingUpdateException>(() => Read(text)).Reason);
    }

    /// <summary>Which schema a file has an editor reads from the file, so that has to stay there, also when a new update begins.</summary>
    [Fact]
    public void A_file_may_name_its_schema_and_goes_on_doing_so()
    {
        var url = (string?)StateSchema.Root["$id"];
        var read = Read($$"""{"$schema":"{{url}}","ClusterUpdateStatus":"Success","TargetInstanceType":"t2.large"}""");

        var next = StartingState.From(read, new UpdateRequest(null, "t2.xlarge", null), Ec2InstanceTypeUpdate.StrategyName);

        Assert.EndsWith("/org/esdb-rolling-update/v1/docs/state.schema.json", url, StringComparison.Ordinal);
        Assert.All([read, next], state =>
        {
            Assert.Equal(url, (string?)JsonNode.Parse(Write(state))!["$schema"]);
            Assert.Empty(StateSchema.ProblemsOf(Write(state), allowsUnknownFields: true));
        });
    }

    private static ClusterUpdate Read(string text) => File.Parse(Encoding.UTF8.GetBytes(text))!;

    private static string Write(ClusterUpdate state) => JsonSerializer.Serialize(state, StateJson.Default.ClusterUpdate);

    /// <summary>The schema as the serializer tells it. What only follows from the fields is not written: it allows anything there.</summary>
    private static JsonObject Written() => StateJson.Default.ClusterUpdate.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) => context.PropertyInfo is { Set: null, AssociatedParameter: null }
            ? JsonValue.Create(true)
            : Worded(context.PropertyInfo?.Name, schema),
    }).AsObject();

    private static JsonNode Worded(string? name, JsonNode schema)
    {
        if (Words.GetValueOrDefault(name ?? "") is { } words && schema is JsonObject field)
        {
            var isNullable = field["type"] is JsonArray;
            field["enum"] = new JsonArray([.. words.Select(word => (JsonNode?)word), .. Enumerable.Repeat<JsonNode?>(null, isNullable ? 1 : 0)]);
        }

        return schema;
    }

    /// <summary>A line for each field: where it is, and what it may be.</summary>
    private static IEnumerable<string> Shape(JsonObject schema, string place)
    {
        var (nonNull, isNullable) = WithoutNull(StateSchema.Resolved(schema));
        List<string> lines = [$"{place}: {Kind(nonNull, isNullable)}"];
        if (nonNull["items"] is JsonObject items)
        {
            lines.AddRange(Shape(items, $"{place}[]"));
        }

        foreach (var (name, field) in (nonNull["properties"] as JsonObject ?? []).Where(field => field.Value is JsonObject))
        {
            lines.AddRange(Shape(field!.AsObject(), $"{place}.{name}"));
        }

        return lines.Order(StringComparer.Ordinal);
    }

    private static string Kind(JsonObject schema, bool isNullable)
    {
        var types = schema["type"] is JsonArray many
            ? many.Select(type => (string)type!).ToArray()
            : [(string?)schema["type"] ?? "string"];
        var values = (schema["enum"] as JsonArray ?? []).Select(value => (string?)value ?? "null").ToList();
        string[] orNull = isNullable || values.Contains("null") ? ["null"] : [];
        return $"{string.Join(' ', types.Union(orNull))} {(string?)schema["format"]} {string.Join('|', values)}";
    }

    /// <summary>An object that may be null is said by a choice of two here, and by two types there.</summary>
    private static (JsonObject Schema, bool IsNullable) WithoutNull(JsonObject schema) =>
        (schema["anyOf"] as JsonArray) is [JsonObject first, JsonObject { Count: 1 } second] && (string?)second["type"] == "null"
            ? (StateSchema.Resolved(first), true)
            : (schema, false);

    private static IEnumerable<(string Name, JsonObject Schema)> Fields(JsonObject root) => new[] { root }
        .Concat(root["$defs"]!.AsObject().Select(one => one.Value!.AsObject()))
        .Select(schema => schema["properties"] as JsonObject ?? [])
        .SelectMany(fields => fields.Select(field => (field.Key, field.Value!.AsObject())));
}
