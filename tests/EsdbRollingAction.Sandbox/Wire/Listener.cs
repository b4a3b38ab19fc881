using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using WireMock.Server;
using WireMock.Settings;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Where the sandbox listens: on loopback only.</summary>
internal static class Listener
{
    private const int UsualPort = 2113;

    public static WireMockServer Start(Uri url, string? certificateFile, ILineTrouble? cutter, WireTrouble? trouble) => WireMockServer.Start(new WireMockServerSettings
    {
        Urls = [url.GetLeftPart(UriPartial.Authority)],
        UseSSL = certificateFile is not null,
        CertificateSettings = certificateFile is null ? null : new WireMockCertificateSettings { X509CertificateFilePath = certificateFile, X509CertificatePassword = "" },
        PreWireMockMiddlewareInit = app =>
        {
            if (cutter is not null)
            {
                ((IApplicationBuilder)app).Use(cutter.InvokeAsync);
            }

            if (trouble is not null)
            {
                ((IApplicationBuilder)app).Use(trouble.InvokeAsync);
            }
        },
        MaxRequestLogCount = 10,
        AllowPartialMapping = false,
        DisableJsonBodyParsing = true,
    });

    /// <summary>Addresses of one sandbox, unlikely to be another's.</summary>
    public static IReadOnlyList<string> Addresses(int count)
    {
        var network = $"127.{Random.Shared.Next(10, 250)}.{Random.Shared.Next(1, 250)}";
        return [.. Enumerable.Range(1, count).Select(host => $"{network}.{host}")];
    }

    /// <summary>The usual port when nobody has it, else a free one.</summary>
    public static int PortOn(string address) => TryListen(address, UsualPort) ?? TryListen(address, 0)
        ?? throw new InvalidOperationException($"No port can be listened on at {address}.");

    /// <summary>Whether nobody listens there.</summary>
    public static bool IsFree(string address, int port) => TryListen(address, port) is not null;

    private static int? TryListen(string address, int port)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), port);
        try
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
