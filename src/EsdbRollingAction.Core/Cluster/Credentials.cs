namespace EsdbRollingAction.Core.Cluster;

/// <summary>Who the program is to the database's administrative interface.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Password">The password, decoded. Never shown.</param>
public sealed record Credentials(string User, string Password)
{
    /// <summary>The user's name; the password is masked.</summary>
    public override string ToString() => $"{nameof(Credentials)} {{ {nameof(User)} = {User}, {nameof(Password)} = *** }}";
}
