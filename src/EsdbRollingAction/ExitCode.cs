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

    public static int Of(FailureReason reason) => reason switch
    {
        FailureReason.InvalidInput => InvalidInput,
        FailureReason.PreflightRefused or FailureReason.PlanChanged or FailureReason.Locked => Refused,
        FailureReason.CredentialsExpired or FailureReason.ClusterUnreachable or FailureReason.AwsUnreachable => RunAgain,
        FailureReason.TimeLimit or FailureReason.Alarm or FailureReason.TakenOver or FailureReason.StateNotSaved => RunAgain,
        _ => UpdateFailed,
    };

    /// <summary>The reason in kebab case, as in <c>failure-reason</c>.</summary>
    public static string NameOf(FailureReason reason) => JsonNamingPolicy.KebabCaseLower.ConvertName(reason.ToString());
}
