using System.Globalization;
using System.Xml.Linq;
using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Sandbox.Wire.Ec2Xml;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>What EC2 tells of capacity reservations.</summary>
internal static class Ec2CapacityXml
{
    public static string Made(CapacityReservation reservation) =>
        Response("CreateCapacityReservation", Element("capacityReservation", Fields(reservation)));

    public static string Found(IEnumerable<CapacityReservation> reservations, string? nextToken) => Response(
        "DescribeCapacityReservations",
        Element("capacityReservationSet", reservations.Select(reservation => Element("item", Fields(reservation)))),
        nextToken is null ? null : Element("nextToken", nextToken));

    private static XElement?[] Fields(CapacityReservation reservation) =>
    [
        Element("capacityReservationId", reservation.Id),
        Element("instanceType", reservation.Request.Type),
        Element("instancePlatform", "Linux/UNIX"),
        Element("availabilityZone", reservation.Request.Zone),
        Element("tenancy", "default"),
        Element("totalInstanceCount", reservation.Request.Count),
        Element("availableInstanceCount", reservation.Available),
        Element("state", reservation.State),
        Element("endDateType", reservation.Request.EndDate is null ? "unlimited" : "limited"),
        reservation.Request.EndDate is { } end ? Element("endDate", end.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z") : null,
        Element("instanceMatchCriteria", "open"),
        Tags(reservation.Request.Tags),
    ];
}
