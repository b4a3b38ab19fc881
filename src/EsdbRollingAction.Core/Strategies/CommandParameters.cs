using System.Text.Json;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Values of a document's parameters.</summary>
/// <param name="values">The values, by the parameter's name.</param>
public sealed class CommandParameters(IReadOnlyDictionary<string, IReadOnlyList<string>> values)
{
    /// <summary>No values.</summary>
    public static readonly CommandParameters None = new(new Dictionary<string, IReadOnlyList<string>>());

    /// <summary>The values, by the parameter's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Values { get; } = values;

    /// <summary>Reads a JSON object: each value is a text, a number, true or false, or a list of these.</summary>
    /// <param name="json">The text.</param>
    /// <param name="input">What it is called in the message.</param>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: it is none. The text is not repeated.</exception>
    public static CommandParameters Parse(string json, string input)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? new CommandParameters(document.RootElement.EnumerateObject().ToDictionary(
                    field => field.Name, field => ValuesOf(field, input), StringComparer.Ordinal))
                : throw Invalid(input, $"it is {Kind(document.RootElement)}");
        }
        catch (JsonException exception)
        {
            var where = $"line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}";
            throw Invalid(input, $"it is no JSON at {where}");
        }
        catch (InvalidOperationException)
        {
            throw Invalid(input, "a text in it is no Unicode");
        }
        catch (ArgumentException)
        {
            throw Invalid(input, "a parameter is given twice");
        }
    }

    /// <summary>The same values are the same text, in whichever order they were given.</summary>
    public override string ToString() => string.Join('\n', Values
        .OrderBy(value => value.Key, StringComparer.Ordinal)
        .Select(value => $"{Counted(value.Key)}{value.Value.Count} {string.Concat(value.Value.Select(Counted))}"));

    /// <summary>With its length no text can be taken for two.</summary>
    private static string Counted(string text) => $"{text.Length} {text} ";

    private static IReadOnlyList<string> ValuesOf(JsonProperty field, string input) =>
        field.Value.ValueKind is JsonValueKind.Array
            ? [.. field.Value.EnumerateArray().Select(value => TextOf(value, field.Name, input))]
            : [TextOf(field.Value, field.Name, input)];

    private static string TextOf(JsonElement value, string name, string input) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw Invalid(input, $"the parameter '{name}' is {Kind(value)}"),
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        var kind => $"a {kind}".ToLowerInvariant(),
    };

    private static RollingUpdateException Invalid(string input, string why) => RollingUpdateException.InvalidInput(
        $$"""The input {{input}} must be a JSON object such as {"commands":["systemctl restart kurrentdb"]}, whose values are texts or """
        + $"lists of texts: {why}.");
}
