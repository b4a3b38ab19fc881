using System.Globalization;
using System.Text.RegularExpressions;
using EsdbRollingAction.Sandbox.Model;
using Microsoft.AspNetCore.WebUtilities;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>CloudWatch refuses.</summary>
internal sealed class CloudWatchException(string code, string message, int status = 400) : Exception(message)
{
    public string Code { get; } = code;

    public int Status { get; } = status;
}

/// <summary>A request of CloudWatch's query protocol. What the model does not understand is refused, not passed over.</summary>
internal sealed partial class CloudWatchForm(Dictionary<string, string> fields)
{
    private const int MostNames = 100;
    private const int MostRecords = 100;
    private const int UsualRecords = 50;
    private static readonly string[] Known = ["Action", "Version", "MaxRecords", "NextToken"];

    public string Action => this["Action"] ?? "";

    public string Summary => string.Join(' ', [Action, .. List("AlarmNames")]);

    public string? this[string name] => fields.GetValueOrDefault(name);

    public static CloudWatchForm Parse(string body) => new(
        QueryHelpers.ParseQuery(body).ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal));

    /// <exception cref="CloudWatchException">The request is not one that CloudWatch, or the sandbox, understands.</exception>
    public void Check()
    {
        if (this["Version"] != "2010-08-01")
        {
            throw new CloudWatchException("InvalidAction", $"Could not find operation {Action} for version {this["Version"] ?? "NO_VERSION_SPECIFIED"}");
        }

        if (Action != "DescribeAlarms")
        {
            throw new CloudWatchException("InvalidAction", $"The action {Action} is not valid for this web service.");
        }

        if (fields.Keys.FirstOrDefault(name => !Known.Contains(name) && !IsOfAList().IsMatch(name)) is { } other)
        {
            throw Invalid($"The sandbox does not understand the field {other}.");
        }

        if (List("AlarmNames").Count > MostNames)
        {
            throw Invalid($"The collection AlarmNames must not have a size greater than {MostNames}.");
        }
    }

    /// <summary>The alarms that are asked for, and the token of the next page.</summary>
    /// <exception cref="CloudWatchException">What is asked for cannot be.</exception>
    public (IReadOnlyList<Alarm> Page, string? NextToken) Page(IReadOnlyList<Alarm> alarms)
    {
        var names = List("AlarmNames");
        var types = Types();
        var found = alarms
            .Where(alarm => types.Contains(alarm.IsComposite ? "CompositeAlarm" : "MetricAlarm"))
            .Where(alarm => names.Count == 0 || names.Contains(alarm.Name, StringComparer.Ordinal))
            .ToList();
        var (from, size) = (From(), Size());
        return ([.. found.Skip(from).Take(size)], from + size < found.Count ? $"page-{from + size}" : null);
    }

    /// <summary>Who does not ask for composite alarms does not get them.</summary>
    private IReadOnlyList<string> Types()
    {
        var types = List("AlarmTypes");
        return types.FirstOrDefault(type => type is not ("MetricAlarm" or "CompositeAlarm")) is { } other
            ? throw Invalid($"Value '{other}' at 'alarmTypes' must satisfy enum value set: [MetricAlarm, CompositeAlarm]")
            : types.Count > 0 ? types : ["MetricAlarm"];
    }

    private int From() => this["NextToken"] switch
    {
        null => 0,
        ['p', 'a', 'g', 'e', '-', .. var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var start) => start,
        _ => throw new CloudWatchException("InvalidNextToken", "The next token specified is invalid."),
    };

    private int Size() => int.TryParse(this["MaxRecords"] ?? $"{UsualRecords}", NumberStyles.None, CultureInfo.InvariantCulture, out var size)
        && size is >= 1 and <= MostRecords
            ? size
            : throw Invalid($"Value '{this["MaxRecords"]}' at 'maxRecords' must be between 1 and {MostRecords}");

    private IReadOnlyList<string> List(string name) =>
    [
        .. Enumerable.Range(1, fields.Count)
            .Select(number => this[string.Create(CultureInfo.InvariantCulture, $"{name}.member.{number}")])
            .TakeWhile(value => value is not null)
            .OfType<string>(),
    ];

    private static CloudWatchException Invalid(string why) => new("ValidationError", $"1 validation error detected: {why}");

    [GeneratedRegex(@"^(AlarmNames|AlarmTypes)\.member\.[1-9]\d*$")]
    private static partial Regex IsOfAList();
}
