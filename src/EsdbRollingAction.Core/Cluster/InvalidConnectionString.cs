using System.Diagnostics.CodeAnalysis;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// The one place where a bad connection string becomes an error. Callers pass sentences made of constants and counts, never of the
/// text itself, and no character offsets, which would tell a password's length.
/// </summary>
internal static class InvalidConnectionString
{
    public static RollingUpdateException Because(string what) => new(
        FailureReason.InvalidInput,
        $"The connection string is not valid: {what} (Its text is not shown, because it may hold a password.)");

    public static void ThrowIf([DoesNotReturnIf(true)] bool condition, string what)
    {
        if (condition)
        {
            throw Because(what);
        }
    }
}
