using System.Net;
using WireMock;
using WireMock.Types;
using WireMock.Util;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Answers on the wire.</summary>
internal static class Answers
{
    public static ResponseMessage Empty(HttpStatusCode status) => new() { StatusCode = (int)status };

    public static ResponseMessage Json(string body) => Json(HttpStatusCode.OK, body);

    public static ResponseMessage Json(HttpStatusCode status, string body) => Text(status, body, "application/json; charset=utf-8");

    public static ResponseMessage Xml(int status, string body) => Text((HttpStatusCode)status, body, "text/xml;charset=UTF-8");

    public static ResponseMessage Text(HttpStatusCode status, string body, string type = "text/plain") => new()
    {
        StatusCode = (int)status,
        Headers = new Dictionary<string, WireMockList<string>>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = type },
        BodyData = new BodyData { DetectedBodyType = BodyType.String, BodyAsString = body },
    };
}
