using System.Text.RegularExpressions;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>The expressions that <c>action.yml</c> uses, as the runner evaluates them; any other is an error.</summary>
/// <param name="text">What stands between <c>${{</c> and <c>}}</c>.</param>
/// <param name="contexts">The value of a name such as <c>inputs.mode</c>.</param>
internal sealed partial class Expression(string text, Func<string, string> contexts)
{
    private readonly Queue<string> tokens = new(Tokens(text));

    /// <summary>The text with every <c>${{ … }}</c> in it replaced by its value.</summary>
    public static string Expand(string text, Func<string, string> contexts) =>
        Template().Replace(text, match => new Expression(match.Groups[1].Value, contexts).Value() switch
        {
            string value => value,
            var condition => IsTrue(condition) ? "true" : "false",
        });

    /// <summary>Whether an <c>if:</c> holds. Without <c>always()</c> it would need the results of the steps before.</summary>
    public static bool Holds(string condition, Func<string, string> contexts) =>
        Template().Match(condition) is { Success: true } match && match.Length == condition.Length && condition.Contains("always()", StringComparison.Ordinal)
            ? IsTrue(new Expression(match.Groups[1].Value, contexts).Value())
            : throw new NotSupportedException($"The condition '{condition}' is not understood here.");

    /// <summary>Whether a job's <c>if:</c> holds in a run that nobody cancels.</summary>
    public static bool HoldsForAJob(string condition, Func<string, string> contexts) => IsTrue(new Expression(condition, contexts).Value());

    private static IEnumerable<string> Tokens(string text)
    {
        var matches = Token().Matches(text);
        return matches.Sum(match => match.Length) == text.Length
            ? matches.Select(match => match.Value.Trim()).Where(token => token.Length > 0)
            : throw new NotSupportedException($"The expression '{text}' is not understood here.");
    }

    private static bool IsTrue(object value) => value is bool condition ? condition : ((string)value).Length > 0;

    private object Value()
    {
        var value = Or();
        return tokens.Count == 0 ? value : throw new NotSupportedException($"'{tokens.Peek()}' is not understood in '{text}'.");
    }

    private object Or()
    {
        var value = And();
        while (Took("||"))
        {
            var other = And();
            value = IsTrue(value) ? value : other;
        }

        return value;
    }

    private object And()
    {
        var value = Comparison();
        while (Took("&&"))
        {
            var other = Comparison();
            value = IsTrue(value) ? other : value;
        }

        return value;
    }

    private object Comparison()
    {
        var value = Operand();
        return Took("==") ? AreEqual(value, Operand())
            : Took("!=") ? !AreEqual(value, Operand())
            : value;
    }

    private object Operand()
    {
        var token = tokens.Dequeue();
        return token switch
        {
            "!" => !IsTrue(Operand()),
            "(" => Parenthesized(),
            "always" => Arguments() is [] ? true : throw new NotSupportedException("always takes no argument."),
            "cancelled" => Arguments() is [] ? false : throw new NotSupportedException("cancelled takes no argument."),
            "endsWith" when Arguments() is [string whole, string end] => whole.EndsWith(end, StringComparison.OrdinalIgnoreCase),
            ['\'', .. var quoted, '\''] => quoted.Replace("''", "'", StringComparison.Ordinal),
            [>= 'a' and <= 'z', ..] when token.Contains('.', StringComparison.Ordinal) => contexts(token),
            _ => throw new NotSupportedException($"'{token}' is not understood in '{text}'."),
        };
    }

    private object Parenthesized()
    {
        var value = Or();
        Expect(")");
        return value;
    }

    private List<object> Arguments()
    {
        var arguments = new List<object>();
        Expect("(");
        while (!Took(")"))
        {
            arguments.Add(Or());
            if (tokens.Peek() != ")")
            {
                Expect(",");
            }
        }

        return arguments;
    }

    private static bool AreEqual(object left, object right) => string.Equals((string)left, (string)right, StringComparison.OrdinalIgnoreCase);

    private bool Took(string token) => tokens.TryPeek(out var next) && next == token && tokens.TryDequeue(out _);

    private void Expect(string token)
    {
        if (!Took(token))
        {
            throw new NotSupportedException($"'{token}' is missing in '{text}'.");
        }
    }

    [GeneratedRegex(@"\$\{\{(.*?)\}\}")]
    private static partial Regex Template();

    [GeneratedRegex(@"\s+|'(?:[^']|'')*'|&&|\|\||==|!=|[!(),]|[A-Za-z_][\w.-]*")]
    private static partial Regex Token();
}
