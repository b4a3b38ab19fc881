using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Alarms;

/// <summary>The alarms of CloudWatch, by <c>DescribeAlarms</c> of its version 2010-08-01.</summary>
internal sealed class CloudWatchAlarms(QueryApi api) : AwsCalls(QueryService.CloudWatch.Name, "cloudwatch"), IAlarms
{
    private const string Operation = "DescribeAlarms";
    private static readonly string[] Types = ["MetricAlarm", "CompositeAlarm"];

    public async Task<IReadOnlyList<Alarm>> ReadAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return [];
        }

        var request = Request(Operation, $"look at the alarms {AlarmText.Names(names)}");
        return await Pages.ReadAsync(
            page => AskAsync(request, () => api.AskAsync(Operation, FormOf(names, page), cancellationToken), cancellationToken),
            answer => (answer.Entries.Select(entry => AlarmOf(entry, request)).ToList(), answer["NextToken"]));
    }

    /// <summary>Without its types CloudWatch would tell of alarms of metrics only.</summary>
    private static IEnumerable<(string Name, string Value)> FormOf(IReadOnlyList<string> names, string? page) =>
    [
        .. QueryApi.List("AlarmNames", names),
        .. QueryApi.List("AlarmTypes", Types),
        ("MaxRecords", $"{AlarmNames.Most}"),
        .. page is null ? [] : new[] { ("NextToken", page) },
    ];

    /// <summary>Whether an alarm that is not understood is quiet nobody can tell.</summary>
    private static Alarm AlarmOf(QueryEntry entry, AwsRequest request) => (entry["AlarmName"], entry["StateValue"]) switch
    {
        (null, _) => throw AwsErrors.Unanswered("an alarm has no name", null, request),
        ({ } name, "OK") => new Alarm(name, AlarmState.Ok, entry["StateReason"] ?? ""),
        ({ } name, "ALARM") => new Alarm(name, AlarmState.Alarm, entry["StateReason"] ?? ""),
        ({ } name, "INSUFFICIENT_DATA") => new Alarm(name, AlarmState.InsufficientData, entry["StateReason"] ?? ""),
        (_, var state) => throw AwsErrors.Unanswered($"an alarm is '{Excerpt.OfText(state)}'", null, request),
    };
}
