using System.Text.RegularExpressions;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>What the SDK and the runtime say, as far as a person can use it.</summary>
internal static partial class PlainWords
{
    /// <summary>Why there is no usable answer: a clause.</summary>
    public static string Said(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => "no answer in time",
        _ => Sentence.Clause(WithoutCauses(exception.Message)),
    };

    /// <summary>The SDK lists everything that it has tried, with its own names for it: only what comes before is for people.</summary>
    public static string WithoutCauses(string message) => Causes.Replace(message, "").TrimEnd();

    [GeneratedRegex(@"\s*Exception 1 of [0-9]+:.*", RegexOptions.Singleline)]
    private static partial Regex Causes { get; }
}
