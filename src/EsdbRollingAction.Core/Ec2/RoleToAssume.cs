using System.Text.RegularExpressions;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Which role the program takes, and as whom.</summary>
/// <param name="Arn">The role.</param>
/// <param name="SessionName">What CloudTrail shows.</param>
/// <param name="ExternalId">What the role's owner asks for when it is taken with other credentials, or null.</param>
internal sealed partial record RoleToAssume(RoleArn Arn, string SessionName, string? ExternalId = null)
{
    private const int LongestSessionName = 64;

    /// <summary>The name as STS accepts it.</summary>
    public string FitSessionName => string.Concat(NotAccepted.Replace(SessionName, "-").Take(LongestSessionName));

    [GeneratedRegex("[^A-Za-z0-9_+=,.@-]")]
    private static partial Regex NotAccepted { get; }
}
