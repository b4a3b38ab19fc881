using CsCheck;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Cluster;

public class ConnectionStringSecrecyTests
{
    /// <summary>No sentence of the program holds one of these, so that a single one in a message is a leak.</summary>
    private const string SecretLetters = "QXZJΩж界";

    private const string Separators = "@/?#:%&=,[]+;\\ \t'\"";

    private static readonly Gen<string> Password = Gen.String[Gen.Frequency((3, Gen.Char[SecretLetters]), (1, Gen.Char[Separators])), 1, 16];

    private static readonly Gen<string> Malformed =
        from scheme in Gen.OneOf("esdb://", "esdb+discover://", "kurrentdb://", "http://", "esdb:", "")
        from user in Gen.OneOf("admin:", "admin:", "admin:", "admin", ":", "")
        from password in Password
        from at in Gen.OneOf("@", "@", "")
        from hosts in Gen.OneOf("node1", "node1:2113,node2", "[::1]:2113", "10.0.0.1", "")
        from query in Gen.OneOf("", "/", "?tls=false", "/?tlsVerifyCert=false&tlsCaFile=a", "?a=b&c", "?tls=")
        from edits in Gen.Select(Gen.Int[0, 99], Gen.Char[Separators], Gen.Int[0, 3]).Array[0, 3]
        select edits.Aggregate(scheme + user + password + at + hosts + query, (text, edit) => Edit(text, edit.Item1, edit.Item2, edit.Item3));

    [Fact]
    public void No_message_holds_one_character_of_a_password_in_a_malformed_string() =>
        Malformed.Sample(text => Assert.DoesNotContain(Said(text), SecretLetters.Contains), iter: 50_000);

    [Fact]
    public void No_message_holds_a_password_that_looks_like_a_port()
    {
        var digits = Gen.String[Gen.Char["0123456789"], 6, 12];
        Gen.Select(digits, Gen.OneOf("esdb://admin:{0}", "esdb://admin:{0}/", "admin:{0}@node1", "esdb://a:{0},b", "esdb://a:b:{0}@", "esdb://{0}?tls"))
            .Sample(
                (password, shape) => Assert.DoesNotContain(password, Said(shape.Replace("{0}", password, StringComparison.Ordinal)), StringComparison.Ordinal),
                iter: 10_000);
    }

    [Fact]
    public void What_is_encoded_is_read_back()
    {
        var text = Gen.String[Gen.Frequency((1, Gen.Char[SecretLetters]), (1, Gen.Char["@/?#:%&=,[]+ ~é"])), 1, 20];
        Gen.Select(text.Where(user => !user.Contains(':', StringComparison.Ordinal)), text).Sample(
            (user, password) =>
            {
                var connection = ConnectionString.Parse($"esdb://{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(password)}@node1?tls=false");
                Assert.Equal(new Credentials(user, password), connection.Credentials);
                Assert.Equal([new NodeEndpoint("node1", 2113)], connection.Hosts);
                Assert.False(connection.Tls);
            },
            iter: 10_000);
    }

    [Fact]
    public void Records_show_no_password_when_they_are_logged()
    {
        var connection = ConnectionString.Parse("esdb://admin:QXZ@node1");

        Assert.Equal("Credentials { User = admin, Password = *** }", connection.Credentials!.ToString());
        Assert.DoesNotContain("QXZ", connection.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("QXZ", $"{connection}", StringComparison.Ordinal);
    }

    /// <summary>Everything the program may say about the text.</summary>
    private static string Said(string text)
    {
        try
        {
            var connection = ConnectionString.Parse(text);
            return string.Join('\n', [connection.ToString(), .. connection.Notices]);
        }
        catch (RollingUpdateException e)
        {
            Assert.Null(e.InnerException);
            return e.Message;
        }
    }

    private static string Edit(string text, int where, char what, int how)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var at = where % text.Length;
        return how switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, what.ToString()),
            2 => text[at..] + text[..at],
            _ => text[..at],
        };
    }
}
