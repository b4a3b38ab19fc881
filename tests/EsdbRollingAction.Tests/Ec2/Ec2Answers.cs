namespace EsdbRollingAction.Tests.Ec2;

/// <summary>Answers in the form of EC2's query interface, version 2016-11-15.</summary>
internal static class Ec2Answers
{
    public const string Namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";

    private const string RequestId = "59dbff89-35bd-4eac-99ed-be587EXAMPLE";

    public static string Instances(string items, string? nextToken = null) => Answer(
        "DescribeInstances",
        $"<reservationSet><item><reservationId>r-1</reservationId><ownerId>123456789012</ownerId><instancesSet>{items}</instancesSet></item>"
        + $"</reservationSet>{(nextToken is null ? string.Empty : $"<nextToken>{nextToken}</nextToken>")}");

    public static string Instance(string id, string state = "running", string more = "") =>
        $"<item><instanceId>{id}</instanceId><instanceState><code>16</code><name>{state}</name></instanceState>"
        + $"<instanceType>t2.large</instanceType>{more}</item>";

    public static string Reserved(string state) => Answer(
        "CreateCapacityReservation", $"<capacityReservation>{ReservationFields("cr-1", "i-1", state, 1)}</capacityReservation>");

    public static string Reservations(string items, string? nextToken = null) => Answer(
        "DescribeCapacityReservations",
        $"<capacityReservationSet>{items}</capacityReservationSet>{(nextToken is null ? string.Empty : $"<nextToken>{nextToken}</nextToken>")}");

    public static string Reservation(string id, string instanceId, string state, int available) =>
        $"<item>{ReservationFields(id, instanceId, state, available)}</item>";

    public static string Answer(string operation, string content) =>
        $"""<?xml version="1.0" encoding="UTF-8"?><{operation}Response xmlns="{Namespace}"><requestId>{RequestId}</requestId>{content}</{operation}Response>""";

    public static string Error(string code, string message) =>
        $"""<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>{RequestId}</RequestID></Response>""";

    private static string ReservationFields(string id, string instanceId, string state, int available) =>
        $"<capacityReservationId>{id}</capacityReservationId><instanceType>t2.xlarge</instanceType><state>{state}</state>"
        + $"<totalInstanceCount>1</totalInstanceCount><availableInstanceCount>{available}</availableInstanceCount>"
        + $"<tagSet><item><key>env</key><value>prod</value></item><item><key>esdb-rolling-update</key><value>{instanceId}</value></item></tagSet>";
}
