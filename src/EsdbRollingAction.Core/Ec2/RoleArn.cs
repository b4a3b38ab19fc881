using System.Text.RegularExpressions;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>The ARN of an IAM role, such as <c>arn:aws:iam::123456789012:role/rolling-update</c>.</summary>
public sealed partial record RoleArn
{
    private const int Longest = 2048;

    private RoleArn(string text, string partition, string account) => (Text, Partition, Account) = (text, partition, account);

    /// <summary>The account that it is a role of.</summary>
    public string Account { get; }

    /// <summary>The whole ARN.</summary>
    public string Text { get; }

    /// <summary>Who the web identity token must be for: STS, which has another name in China.</summary>
    public string Audience => Partition == "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com";

    private string Partition { get; }

    /// <summary>Reads an ARN.</summary>
    /// <param name="text">The ARN.</param>
    /// <param name="source">Who says it, as the beginning of a sentence.</param>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: it is not one of a role.</exception>
    public static RoleArn Parse(string text, string source = "The input role-to-assume") =>
        text.Length <= Longest && Pattern.Match(text) is { Success: true } match
            ? new RoleArn(text, match.Groups[1].Value, match.Groups[2].Value)
            : throw new RollingUpdateException(
                FailureReason.InvalidInput,
                $"{source} is not the ARN of an IAM role, such as"
                + " arn:aws:iam::123456789012:role/rolling-update. Nothing was changed.");

    /// <summary>The whole ARN.</summary>
    public override string ToString() => Text;

    [GeneratedRegex(@"\Aarn:(aws(?:-[a-z]+)*):iam::([0-9]{12}):role/(?:[!-.0-~]+/)*[A-Za-z0-9_+=,.@-]{1,64}\z")]
    private static partial Regex Pattern { get; }
}
