using EsdbRollingAction.Core.Cluster;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Cluster;

internal static class Clients
{
    /// <summary>A client whose time stands still unless the test moves it, and which repeats without a pause.</summary>
    public static HttpClusterNodes Create(string userInfo = "", string query = "tls=false", FakeTimeProvider? time = null) =>
        new(ConnectionString.Parse($"esdb://{userInfo}unused?{query}"), time ?? new FakeTimeProvider(), TimeSpan.Zero);
}
