using System.Text.RegularExpressions;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Which role the program takes, and as whom.</summary>
/// <param name="Arn">The role.</param>
/// <param name="SessionName">What CloudTrail shows; characters that STS does not accept are replaced, and it is cut at 64.</param>
/// <param name="Region">Region whose STS is asked, or null for the SDK's own resolution.</param>
public sealed partial record RoleToAssume(RoleArn Arn, string SessionName, string? Region)
{
    private const int LongestSessionName = 64;

    /// <summary>What the role's owner asks for when it is taken with other credentials, or null.</summary>
    public string? ExternalId { get; init; }

    internal string FitSessionName => NotAccepted.Replace(SessionName, "-") is { Length: > LongestSessionName } name
        ? name[..LongestSessionName]
        : NotAccepted.Replace(SessionName, "-");

    [GeneratedRegex("[^A-Za-z0-9_+=,.@-]")]
    private static partial Regex NotAccepted { get; }
}
