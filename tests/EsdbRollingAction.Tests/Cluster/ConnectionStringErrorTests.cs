using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Cluster;

public class ConnectionStringErrorTests
{
    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(" \n", "it is empty")]
    [InlineData("node1:2113", "does not begin with `esdb://`")]
    [InlineData("http://node1", "does not begin with `esdb://`")]
    [InlineData("esdb:/node1", "does not begin with `esdb://`")]
    [InlineData("esdb+discovery://node1", "does not begin with `esdb://`")]
    [InlineData("admin:s3cret@node1", "does not begin with `esdb://`")]
    [InlineData("esdb://", "names no host")]
    [InlineData("esdb://admin:s3cret@", "names no host")]
    [InlineData("esdb://?tls=false", "names no host")]
    [InlineData("esdb://node1,,node3", "host 2 of 3 is empty")]
    [InlineData("esdb://node1,", "host 2 of 2 is empty")]
    [InlineData("esdb://:2113", "the host is empty")]
    [InlineData("esdb://node 1", "neither a DNS name nor an IP address")]
    [InlineData("esdb://nöde", "neither a DNS name nor an IP address")]
    [InlineData("esdb://a..b", "neither a DNS name nor an IP address")]
    [InlineData("esdb://1.2.3", "neither a DNS name nor an IP address")]
    [InlineData("esdb://256.1.1.1", "neither a DNS name nor an IP address")]
    [InlineData("esdb://0x7f.1", "neither a DNS name nor an IP address")]
    [InlineData("esdb://0x7f", "neither a DNS name nor an IP address")]
    [InlineData("esdb://2113", "neither a DNS name nor an IP address")]
    [InlineData("esdb://[::1", "not an IPv6 address")]
    [InlineData("esdb://[]", "not an IPv6 address")]
    [InlineData("esdb://[node1]", "not an IPv6 address")]
    [InlineData("esdb://[fe80::1%25eth0]", "not an IPv6 address")]
    [InlineData("esdb://[::1]2113", "not an IPv6 address")]
    [InlineData("esdb://::1", "An IPv6 address goes in brackets")]
    [InlineData("esdb://node1:0", "the port of the host is not a number from 1 to 65535")]
    [InlineData("esdb://node1,node2:65536", "the port of host 2 of 2")]
    [InlineData("esdb://node1:99999999999", "the port of the host")]
    [InlineData("esdb://node1:abc", "the port of the host")]
    [InlineData("esdb://node1:", "the port of the host")]
    [InlineData("esdb://node1:+1", "the port of the host")]
    [InlineData("esdb://admin:s3cret", "A user name and password end with `@`")]
    [InlineData("esdb://node1/db", "there may be one `/`")]
    [InlineData("esdb://node1//", "there may be one `/`")]
    [InlineData("esdb://node1#x", "as %23")]
    [InlineData("esdb://admin:s3#cret@node1", "as %23")]
    [InlineData("esdb://admin:s3@cret@node1", "more than one `@`")]
    [InlineData("esdb://admin:s3/cret@node1", "write `/` as %2F")]
    [InlineData("esdb://admin:s3?cret@node1", "`?` as %3F")]
    [InlineData("esdb://admin:s3%cret@node1", "the password holds a `%`")]
    [InlineData("esdb://admin:s3cret%2@node1", "the password holds a `%`")]
    [InlineData("esdb://admin:s3%FFcret@node1", "the password is not UTF-8")]
    [InlineData("esdb://admin:s3%0Acret@node1", "the password holds a control character")]
    [InlineData("esdb://admin:s3\ncret@node1", "a line break")]
    [InlineData("esdb://ad%zmin:s3cret@node1", "the user name holds a `%`")]
    [InlineData("esdb://ad%3Amin:s3cret@node1", "the user name holds a colon")]
    [InlineData("esdb://s3cret@node1", "no `:` between a user name and a password")]
    [InlineData("esdb://@node1", "no `:` between a user name and a password")]
    [InlineData("esdb://:s3cret@node1", "the user name before the `:` is empty")]
    [InlineData("esdb://admin:@node1", "the password between `:` and `@` is empty")]
    [InlineData("esdb://node1?tls=maybe", "`tls` is neither `true` nor `false`")]
    [InlineData("esdb://node1?tlsVerifyCert=", "`tlsVerifyCert` is neither `true` nor `false`")]
    [InlineData("esdb://node1?tlsCaFile=", "`tlsCaFile` is empty")]
    [InlineData("esdb://node1?tlsCaFile=%00", "the value of `tlsCaFile` holds a control character")]
    [InlineData("kurrent+discovery://node1", "or one of these with `+discover`.")]
    [InlineData("esdb+discover+discover://node1", "does not begin with `esdb://`")]
    [InlineData("esdb://node1?gossipTimeout=", "`gossipTimeout` is not a number of milliseconds")]
    [InlineData("esdb://node1?gossipTimeout=0", "`gossipTimeout` is not a number of milliseconds")]
    [InlineData("esdb://node1?gossipTimeout=-1", "`gossipTimeout` is not a number of milliseconds")]
    [InlineData("esdb://node1?gossipTimeout=5s", "`gossipTimeout` is not a number of milliseconds")]
    [InlineData("esdb://node1?gossipTimeout=600001", "`gossipTimeout` is not a number of milliseconds")]
    [InlineData("esdb://node1?gossipTimeout=99999999999", "`gossipTimeout` is not a number of milliseconds")]
    [InlineData("esdb://node1?userCertFile=a", "has a `userCertFile` and no `userKeyFile`")]
    [InlineData("esdb://node1?userKeyFile=a", "has a `userKeyFile` and no `userCertFile`")]
    [InlineData("esdb://node1?userKeyFile=&userCertFile=a", "`userKeyFile` is empty")]
    [InlineData("esdb://node1?tls=true&TLS=false", "`tls` has two different values")]
    [InlineData("esdb://node1?x=1&X=2", "setting 2 after the `?` has two different values")]
    [InlineData("esdb://node1?tls=true&tls", "setting 2 after the `?` is not of the form `key=value`")]
    [InlineData("esdb://node1?=true", "setting 1 after the `?` is not of the form `key=value`")]
    public void Says_what_is_wrong_and_where(string text, string sentence)
    {
        var error = Assert.Throws<RollingUpdateException>(() => ConnectionString.Parse(text));

        Assert.Equal(FailureReason.InvalidInput, error.Reason);
        Assert.StartsWith("The connection string is not valid: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3", error.Message, StringComparison.Ordinal);
    }
}
