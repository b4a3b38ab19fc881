using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Cluster;

public class ConnectionStringTests
{
    [Theory]
    [InlineData("esdb://node1", false)]
    [InlineData("kurrentdb://node1", false)]
    [InlineData("esdb+discover://node1", true)]
    [InlineData("kurrentdb+discover://node1", true)]
    [InlineData("kurrent://node1", false)]
    [InlineData("kurrent+discover://node1", true)]
    [InlineData("kdb://node1", false)]
    [InlineData("kdb+discover://node1", true)]
    [InlineData("ESDB+Discover://node1", true)]
    public void The_scheme_tells_whether_names_are_discovered(string text, bool discover) =>
        Assert.Equal(discover, ConnectionString.Parse(text).Discover);

    [Fact]
    public void Without_settings_TLS_is_on_and_certificates_are_checked_by_the_systems_trust()
    {
        var connection = ConnectionString.Parse("esdb://node1");

        Assert.True(connection.Tls);
        Assert.True(connection.VerifyCertificate);
        Assert.Null(connection.CaFile);
        Assert.Null(connection.Credentials);
        Assert.Empty(connection.Notices);
    }

    [Theory]
    [InlineData("esdb://node1", "node1:2113")]
    [InlineData("esdb://node1/", "node1:2113")]
    [InlineData("esdb://node1?", "node1:2113")]
    [InlineData("esdb://node1/?tls=false", "node1:2113")]
    [InlineData("  esdb://node1:1113\n", "node1:1113")]
    [InlineData("esdb://10.0.0.1,10.0.0.2:2114", "10.0.0.1:2113 10.0.0.2:2114")]
    [InlineData("esdb://[::1],[2001:DB8::0:1]:443", "[::1]:2113 [2001:db8::1]:443")]
    [InlineData("esdb://my_node.example.com.:65535", "my_node.example.com.:65535")]
    [InlineData("esdb://node1,NODE1:2113,node1:2114", "node1:2113 node1:2114")]
    [InlineData("esdb://3com", "3com:2113")]
    public void Hosts_have_port_2113_unless_they_say_otherwise_and_each_is_there_once(string text, string hosts) =>
        Assert.Equal(hosts, string.Join(' ', ConnectionString.Parse(text).Hosts));

    [Theory]
    [InlineData("esdb://admin:changeit@node1", "admin", "changeit")]
    [InlineData("esdb://ops%40corp:p%40ss%2F%3F%23%25@node1", "ops@corp", "p@ss/?#%")]
    [InlineData("esdb://j%C3%BCrgen:%E2%82%AC+%20@node1", "jürgen", "€+ ")]
    [InlineData("esdb://admin:a:b,c=d&e@node1", "admin", "a:b,c=d&e")]
    public void Credentials_are_decoded(string text, string user, string password) =>
        Assert.Equal(new Credentials(user, password), ConnectionString.Parse(text).Credentials);

    [Theory]
    [InlineData("tls=false", false, true)]
    [InlineData("TLS=False", false, true)]
    [InlineData("tlsverifycert=false", true, false)]
    [InlineData("tls=true&tls=TRUE&tlsVerifyCert=true", true, true)]
    public void Keys_and_flags_have_no_case(string query, bool tls, bool verify)
    {
        var connection = ConnectionString.Parse($"esdb://node1?{query}");

        Assert.Equal((tls, verify), (connection.Tls, connection.VerifyCertificate));
        Assert.Empty(connection.Notices);
    }

    [Fact]
    public void The_authorities_file_is_decoded() =>
        Assert.Equal("/etc/my ca@home=1.pem", ConnectionString.Parse("esdb://node1?tlscafile=/etc/my%20ca%40home=1.pem").CaFile);

    [Fact]
    public void Settings_of_the_clients_own_connection_are_fine_and_said_to_have_no_effect_in_one_sentence() =>
        Assert.Equal(
            "The connection string's `nodePreference`, `maxDiscoverAttempts`, `discoveryInterval`, `keepAliveInterval`, "
            + "`keepAliveTimeout`, `connectionName`, `defaultDeadline`, `throwOnAppendFailure` have no effect here.",
            Assert.Single(ConnectionString.Parse(
                "esdb://node1?nodePreference=leader&maxDiscoverAttempts=3&discoveryInterval=100&gossipTimeout=5000&keepAliveInterval=10" +
                "&keepAliveTimeout=10&connectionName=me&defaultDeadline=5&throwOnAppendFailure=false").Notices));

    [Theory]
    [InlineData("", 5_000, 0)]
    [InlineData("?gossipTimeout=1500", 1_500, 0)]
    [InlineData("?GOSSIPTIMEOUT=100", 100, 0)]
    [InlineData("?gossipTimeout=600000", 600_000, 0)]
    [InlineData("?gossipTimeout=5", 5_000, 1)]
    public void Gossip_is_waited_for_so_many_milliseconds_unless_they_can_only_be_seconds(string query, int milliseconds, int notices)
    {
        var connection = ConnectionString.Parse($"esdb://node1{query}");

        Assert.Equal((milliseconds, notices), (connection.GossipTimeout.TotalMilliseconds, connection.Notices.Count));
    }

    [Fact]
    public void A_user_certificate_is_its_two_files()
    {
        var connection = ConnectionString.Parse("esdb://n?userCertFile=%2Fa.crt&userKeyFile=%2Fa.key");

        Assert.Equal(new UserCertificateFiles("/a.crt", "/a.key"), connection.UserCertificate);
        Assert.Empty(connection.Notices);
    }

    [Fact]
    public void A_user_certificate_without_TLS_is_said_to_have_no_effect() => Assert.Contains(
        "`userCertFile`",
        Assert.Single(ConnectionString.Parse("esdb://n?tls=false&userCertFile=a&userKeyFile=b").Notices),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("tls=false")]
    [InlineData("tlsVerifyCert=false")]
    public void An_authorities_file_without_effect_is_said_to_have_none(string flag) =>
        Assert.Contains("`tlsCaFile`", Assert.Single(ConnectionString.Parse($"esdb://n?tlsCaFile=a&{flag}").Notices), StringComparison.Ordinal);

    [Theory]
    [InlineData("esdb://ops:secret@node1.example.com?tls=true&colour=blue", "`colour`")]
    [InlineData("esdb://10.0.0.1:2113?tls=true&colour=blue", "`colour`")]
    [InlineData("esdb://admin:1234?tls=true&colour=blue", "setting 2 after the `?`")]
    public void An_unknown_key_is_ignored_with_a_notice_that_names_it_unless_it_may_be_the_end_of_a_password(string text, string name)
    {
        var connection = ConnectionString.Parse(text);

        Assert.True(connection.Tls);
        Assert.Equal($"The connection string's {name} is not known to this program and is ignored.", Assert.Single(connection.Notices));
    }
}
