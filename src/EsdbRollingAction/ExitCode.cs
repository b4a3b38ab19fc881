using System.Text.Json;
using EsdbRollingAction.Core;

namespace EsdbRollingAction;

internal static class ExitCode
{
    public const int Done = 0;
    public const int UpdateFailed = 1;
    public const int InvalidInput = 2;
    public const int Refused = 3;
    public const int RunAgain = 4;
    public const int Interrupted = 130;
    public const int Terminated = 143;

    public static int Of(FailureReason reason)
    {
        switch (reason)
        {
            case FailureReason.InvalidInput:
                return InvalidInput;
            case FailureReason.PreflightRefused:
            case FailureReason.PlanChanged:
            case FailureReason.Locked:
                return Refused;
            case FailureReason.CredentialsExpired:
            case FailureReason.ClusterUnreachable:
            case FailureReason.AwsUnreachable:
            case FailureReason.TimeLimit:
            case FailureReason.TakenOver:
            case FailureReason.StateNotSaved:
                return RunAgain;
            default:
                return UpdateFailed;
        }
    }

    /// <summary>The reason in kebab case, as in <c>failure-reason</c>.</summary>
    public static string NameOf(FailureReason reason) => JsonNamingPolicy.KebabCaseLower.ConvertName(reason.ToString());
}
