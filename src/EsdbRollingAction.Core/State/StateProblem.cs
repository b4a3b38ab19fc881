using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.State;

/// <summary>Says what is wrong with a state that cannot be read: where it stands, what is there, and what may be.</summary>
internal static partial class StateProblem
{
    private const int LongestExcerpt = 40;

    /// <summary>What is wrong: a clause.</summary>
    /// <param name="exception">What reading it threw.</param>
    /// <param name="utf8">The state.</param>
    public static string Describe(JsonException exception, ReadOnlySpan<byte> utf8)
    {
        var place = exception is { LineNumber: { } line, BytePositionInLine: { } column }
            ? $"line {line + 1}, column {column + 1}"
            : "it";
        try
        {
            using var document = JsonDocument.Parse(utf8.ToArray());
            return $"is not valid: {place}: {WrongValue(exception, document.RootElement)}";
        }
        catch (JsonException)
        {
            return $"is not valid: {place}: {WrongSyntax(exception, utf8)}";
        }
    }

    private static string WrongSyntax(JsonException exception, ReadOnlySpan<byte> utf8)
    {
        for (var line = exception.LineNumber ?? 0; line > 0 && utf8.IndexOf((byte)'\n') is >= 0 and var end; line--)
        {
            utf8 = utf8[(end + 1)..];
        }

        var rest = utf8[(int)Math.Min(exception.BytePositionInLine ?? 0, utf8.Length)..];
        var ends = rest.IndexOf((byte)'\n');
        var there = Shown((ends < 0 ? rest : rest[..ends]).Trim(" \t\r"u8));
        return there.Length == 0 ? "the JSON ends or breaks off there" : $"no JSON has {there} there";
    }

    private static string WrongValue(JsonException exception, JsonElement state)
    {
        var (value, type) = (state, typeof(ClusterUpdate));
        foreach (Match step in Step.Matches(exception.Path ?? ""))
        {
            if (Next(value, type, step) is not { } next)
            {
                break;
            }

            (value, type) = next;
        }

        var name = (exception.Path ?? "").TrimStart('$', '.');
        var field = name.Length == 0 ? "it" : name;
        return exception.Message.Contains("uplicate", StringComparison.Ordinal)
            ? $"{field}: a field is there twice"
            : $"{field} is {Shown(JsonMarshal.GetRawUtf8Value(value))}, and must be {Allowed(type)}";
    }

    /// <summary>The value that a step of the path leads to, and the type that it must have.</summary>
    private static (JsonElement Value, Type Type)? Next(JsonElement value, Type type, Match step)
    {
        var shape = StateJson.Default.GetTypeInfo(type);
        var name = step.Groups["name"].Value;
        var isIndex = int.TryParse(step.Groups["index"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var index);
        return (isIndex, value.ValueKind) switch
        {
            (true, JsonValueKind.Array) when index < value.GetArrayLength() && shape?.ElementType is { } element => (value[index], element),
            (false, JsonValueKind.Object) when value.TryGetProperty(name, out var field)
                && shape?.Properties.FirstOrDefault(one => one.Name == name) is { } property => (field, property.PropertyType),
            _ => null,
        };
    }

    private static string Allowed(Type given)
    {
        var type = Nullable.GetUnderlyingType(given) ?? given;
        return type switch
        {
            { IsEnum: true } => Choice(Enum.GetNames(type)),
            _ when type == typeof(int) => $"a whole number of at most {int.MaxValue}",
            _ when type == typeof(long) => "a whole number",
            _ when type == typeof(double) => "a number",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(string) => "a text in quotes",
            _ when type == typeof(DateTimeOffset) => "a time such as \"2026-11-23T03:30:01Z\"",
            _ when type == typeof(Guid) => "an id such as \"3410cda1-5b13-a34e-6f84-a54adf7a0ea0\"",
            _ when StateJson.Default.GetTypeInfo(type)?.ElementType is not null => "a list in [ ]",
            _ => "an object in { }",
        };
    }

    private static string Choice(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";

    private static string Shown(ReadOnlySpan<byte> utf8)
    {
        var text = Excerpt.OfAnswer(utf8);
        return text.Length > LongestExcerpt ? $"{text[..LongestExcerpt]}…" : text;
    }

    [GeneratedRegex(@"\.(?<name>[^.\[\]]+)|\[(?<index>[0-9]+)\]")]
    private static partial Regex Step { get; }
}
