namespace EsdbRollingAction.Core.Cluster;

/// <summary>Reads <c>user:password</c>, both percent-encoded.</summary>
internal static class ConnectionStringUserInfo
{
    public static Credentials Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        InvalidConnectionString.ThrowIf(colon < 0, "before the `@` there is no `:` between a user name and a password.");
        var user = PercentEncoding.Decode(text[..colon], "the user name");
        var password = PercentEncoding.Decode(text[(colon + 1)..], "the password");
        InvalidConnectionString.ThrowIf(user.Length == 0, "the user name before the `:` is empty.");
        InvalidConnectionString.ThrowIf(password.Length == 0, "the password between `:` and `@` is empty.");

        // RFC 7617: the first colon ends the user name, so a name that holds one cannot be sent.
        InvalidConnectionString.ThrowIf(
            user.AsSpan().Contains(':'), "the user name holds a colon, which HTTP Basic authentication cannot carry.");
        return new Credentials(user, password);
    }
}
