using EsdbRollingAction.Core;

namespace EsdbRollingAction.Notices;

/// <summary>Where notices go. The address is a secret: whoever knows it can write there.</summary>
internal sealed class NotifyUrl(Uri address)
{
    public Uri Address => address;

    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>, without what was given.</exception>
    public static NotifyUrl Parse(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && IsUsable(uri)
        ? new NotifyUrl(uri)
        : throw new RollingUpdateException(
            FailureReason.InvalidInput,
            $"The input {InputNames.NotifyUrl.Name} must be an absolute URL that begins with https:// and names no user;"
            + " what was given is not shown, since it may be a secret.");

    /// <summary>Never the address.</summary>
    public override string ToString() => nameof(NotifyUrl);

    /// <summary>A user and a password in a URL are sent to nobody: whoever gives them would wait for notices in vain.</summary>
    private static bool IsUsable(Uri uri) => uri.Scheme == Uri.UriSchemeHttps && uri.Host.Length > 0 && uri.UserInfo.Length == 0;
}
