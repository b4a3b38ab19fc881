using System.Net;
using System.Net.Sockets;
using EsdbRollingAction.Core.Cluster;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Cluster;

public class SeedResolverTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Without_discovery_the_hosts_are_the_seeds_and_nothing_is_looked_up() =>
        Assert.Equal("a:2113 b:2114", await SeedsAsync("esdb://a,b:2114", (_, _) => throw new InvalidOperationException("looked up")));

    [Fact]
    public async Task A_discovered_name_is_followed_by_each_of_its_addresses_with_its_port() =>
        Assert.Equal(
            "cluster.example:2114 10.0.0.1:2114 10.0.0.2:2114 [2001:db8::1]:2114",
            await SeedsAsync("esdb+discover://cluster.example:2114", Answering("10.0.0.1", "10.0.0.2", "10.0.0.1", "2001:db8::1")));

    [Fact]
    public async Task Link_local_addresses_are_left_out_and_mapped_ones_are_unmapped() =>
        Assert.Equal(
            "n:2113 10.0.0.1:2113 [2001:db8::2]:2113",
            await SeedsAsync("esdb+discover://n", Answering("fe80::1%3", "::ffff:10.0.0.1", "2001:db8::2%7")));

    [Fact]
    public async Task A_name_that_does_not_resolve_stays_alone() =>
        Assert.Equal("n:2113", await SeedsAsync("esdb+discover://n", (_, _) => throw new SocketException((int)SocketError.HostNotFound)));

    [Fact]
    public async Task A_name_that_takes_too_long_stays_alone()
    {
        var seeds = SeedsAsync("esdb+discover://n", Never);

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(seeds.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("n:2113", await seeds);
    }

    [Fact]
    public async Task Cancelling_is_not_a_failed_lookup()
    {
        using var cancel = new CancellationTokenSource();
        var seeds = new SeedResolver(time, Never).SeedsAsync(ConnectionString.Parse("esdb+discover://n"), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => seeds);
    }

    [Fact]
    public async Task A_discovered_address_needs_no_lookup() =>
        Assert.Equal("10.0.0.1:2113", await SeedsAsync("esdb+discover://10.0.0.1", (_, _) => throw new InvalidOperationException("looked up")));

    [Fact]
    public async Task The_systems_resolver_is_used_when_none_is_given() =>
        Assert.Contains(
            new NodeEndpoint("127.0.0.1", 2113),
            await new SeedResolver(time).SeedsAsync(ConnectionString.Parse("esdb+discover://localhost"), TestContext.Current.CancellationToken));

    private static ResolveHost Answering(params string[] addresses) => (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray());

    private static async Task<IPAddress[]> Never(string host, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return [];
    }

    private async Task<string> SeedsAsync(string connection, ResolveHost resolve) =>
        string.Join(' ', await new SeedResolver(time, resolve).SeedsAsync(ConnectionString.Parse(connection), TestContext.Current.CancellationToken));
}
