namespace EsdbRollingAction.Core.State;

/// <summary>The state is refused: another one, or none, would be accepted.</summary>
internal static class InvalidState
{
    public static RollingUpdateException Because(string why, Exception? cause = null) =>
        new(FailureReason.InvalidInput, why, cause) { IsAboutState = true };
}
