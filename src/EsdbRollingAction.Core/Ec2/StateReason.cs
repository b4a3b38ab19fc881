using System.Text.RegularExpressions;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Why an instance is in the state that it is in, as EC2 says it. What it did not say is empty.</summary>
public sealed partial record StateReason
{
    /// <summary>Makes the texts fit for a message: printable, and short.</summary>
    /// <param name="code">The code of <c>StateReason</c>.</param>
    /// <param name="message">Its message.</param>
    /// <param name="transition">The <c>StateTransitionReason</c>.</param>
    public StateReason(string? code, string? message, string? transition = null)
    {
        Code = Excerpt.OfText(code);
        Message = Excerpt.OfText(message);
        Transition = Excerpt.OfText(transition);
    }

    /// <summary>Such as <c>Client.UserInitiatedShutdown</c>.</summary>
    public string Code { get; }

    /// <summary>Such as <c>Client.UserInitiatedShutdown: User initiated shutdown</c>.</summary>
    public string Message { get; }

    /// <summary>Such as <c>User initiated (2026-01-31 03:00:00 GMT)</c>.</summary>
    public string Transition { get; }

    /// <summary>
    /// The code that tells most. EC2 reports a volume's key that may not be used as <c>Server.InternalError</c>, with the message
    /// <c>Client.InternalError: Client error on launch</c>.
    /// </summary>
    public string Cause => LeadingCode().Match(Message) is { Success: true } inner ? inner.Value
        : Code.Length > 0 ? Code
        : LeadingCode().Match(Transition).Value;

    /// <summary>EC2's own words, in quotation marks.</summary>
    public string Words => $"\"{Reason.TrimEnd('.')}\"{(Transition.Length == 0 || Transition == Reason ? "" : $" ({Transition})")}";

    private string Reason => (Code, Message) switch
    {
        ("", "") => Transition,
        (_, "") => Code,
        _ when Message.StartsWith(Code, StringComparison.Ordinal) => Message,
        _ => $"{Code}, {Message}",
    };

    /// <summary>Null when EC2 gave no reason.</summary>
    public static StateReason? From(string? code, string? message, string? transition)
    {
        var reason = new StateReason(code, message, transition);
        return reason.Reason.Length > 0 ? reason : null;
    }

    [GeneratedRegex(@"^(Client|Server)\.[A-Za-z.]*[A-Za-z]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LeadingCode();
}
