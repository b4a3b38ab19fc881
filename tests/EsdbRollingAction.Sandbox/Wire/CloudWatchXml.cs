using System.Globalization;
using System.Xml.Linq;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>What CloudWatch answers.</summary>
internal static class CloudWatchXml
{
    private const string RequestId = "3f1478c7-33a9-11df-9540-99d0768312d3";
    private static readonly XNamespace Space = "http://monitoring.amazonaws.com/doc/2010-08-01/";

    public static string Alarms(IReadOnlyList<Alarm> alarms, string? nextToken) => Element(
        "DescribeAlarmsResponse",
        Element(
            "DescribeAlarmsResult",
            nextToken is null ? null : Element("NextToken", nextToken),
            Element("CompositeAlarms", alarms.Where(alarm => alarm.IsComposite).Select(Composite)),
            Element("MetricAlarms", alarms.Where(alarm => !alarm.IsComposite).Select(OfMetric))),
        Element("ResponseMetadata", Element("RequestId", RequestId))).ToString();

    public static string Error(string code, string message) => Element(
        "ErrorResponse",
        Element("Error", Element("Type", "Sender"), Element("Code", code), Element("Message", message)),
        Element("RequestId", RequestId)).ToString();

    private static XElement OfMetric(Alarm alarm) => Element(
        "member",
        Common(alarm),
        Element("Namespace", "AWS/ApplicationELB"),
        Element("MetricName", "HTTPCode_Target_5XX_Count"),
        Element("Dimensions", Element("member", Element("Name", "LoadBalancer"), Element("Value", "app/orders/50dc6c495c0c9188"))),
        Element("Statistic", "Sum"),
        Element("Period", "60"),
        Element("EvaluationPeriods", "1"),
        Element("Threshold", "5.0"),
        Element("ComparisonOperator", "GreaterThanThreshold"));

    private static XElement Composite(Alarm alarm) => Element("member", Common(alarm), Element("AlarmRule", "ALARM(child)"));

    private static IEnumerable<XElement> Common(Alarm alarm) =>
    [
        Element("AlarmName", alarm.Name),
        Element("AlarmArn", $"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{alarm.Name}"),
        Element("ActionsEnabled", "false"),
        Element("OKActions"),
        Element("AlarmActions", Element("member", "arn:aws:sns:eu-west-1:123456789012:operators")),
        Element("InsufficientDataActions"),
        Element("StateValue", NameOf(alarm.State)),
        Element("StateReason", alarm.Reason),
        Element("StateUpdatedTimestamp", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
    ];

    private static string NameOf(AlarmState state) => state switch
    {
        AlarmState.Ok => "OK",
        AlarmState.Alarm => "ALARM",
        _ => "INSUFFICIENT_DATA",
    };

    private static XElement Element(string name, params object?[] content) => new(Space + name, content);
}
