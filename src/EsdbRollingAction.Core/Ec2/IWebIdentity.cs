namespace EsdbRollingAction.Core.Ec2;

/// <summary>Who can say, to somebody else, who the program is.</summary>
public interface IWebIdentity
{
    /// <summary>A fresh token.</summary>
    /// <exception cref="RollingUpdateException">There is none; the message says why.</exception>
    Task<WebIdentityToken> TokenAsync(string audience, CancellationToken cancellationToken);
}
