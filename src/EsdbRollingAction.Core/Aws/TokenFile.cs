using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Aws;

/// <summary>A web identity token that somebody else keeps fresh in a file.</summary>
internal sealed class TokenFile(string path, string source) : IWebIdentity
{
    /// <inheritdoc/>
    public async Task<WebIdentityToken> TokenAsync(string audience, CancellationToken cancellationToken)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            return token.Length > 0 ? new WebIdentityToken(token) : throw Unusable("is empty");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unusable("does not exist", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"cannot be read ({Sentence.Clause(e.Message)})", e);
        }
    }

    private RollingUpdateException Unusable(string why, Exception? cause = null) =>
        new(FailureReason.PreflightRefused, $"The web identity token file {path} ({source}) {why}.", cause);
}
