namespace EsdbRollingAction.Core.Cluster;

/// <summary>Reads <c>user:password</c>, both percent-encoded.</summary>
internal static class ConnectionStringUserInfo
{
    public static Credentials Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            throw InvalidConnectionString.Because("before the `@` there is no `:` between a user name and a password.");
        }

        var user = PercentEncoding.Decode(text[..colon], "the user name");
        var password = PercentEncoding.Decode(text[(colon + 1)..], "the password");
        if (user.Length == 0)
        {
            throw InvalidConnectionString.Because("the user name before the `:` is empty.");
        }

        if (password.Length == 0)
        {
            throw InvalidConnectionString.Because("the password between `:` and `@` is empty.");
        }

        // RFC 7617: the first colon ends the user name, so a name that holds one cannot be sent.
        return user.Contains(':', StringComparison.Ordinal)
            ? throw InvalidConnectionString.Because("the user name holds a colon, which HTTP Basic authentication cannot carry.")
            : new Credentials(user, password);
    }
}
