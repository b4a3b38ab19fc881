using EsdbRollingAction.Core;

namespace EsdbRollingAction;

/// <summary>The exit codes of the contract, and the names of the reasons. Made in one place.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int UpdateFailed = 1;
    public const int InvalidInput = 2;
    public const int Refused = 3;
    public const int RunAgain = 4;
    public const int Interrupted = 130;
    public const int Terminated = 143;

    public static int Of(FailureReason reason) => reason switch
    {
        FailureReason.InvalidInput => InvalidInput,
        FailureReason.PreflightRefused or FailureReason.PlanChanged or FailureReason.Locked => Refused,
        FailureReason.CredentialsExpired or FailureReason.ClusterUnreachable or FailureReason.AwsUnreachable or FailureReason.TimeLimit
            or FailureReason.TakenOver or FailureReason.StateNotSaved => RunAgain,
        _ => UpdateFailed,
    };

    /// <summary>The reason in kebab case, as in <c>failure-reason</c>.</summary>
    public static string NameOf(FailureReason reason) => string.Concat(
        reason.ToString().Select((letter, index) => char.IsUpper(letter) && index > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
