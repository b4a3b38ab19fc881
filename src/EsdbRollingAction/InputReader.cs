using System.Globalization;
using EsdbRollingAction.Core;
using Microsoft.Extensions.Configuration;

namespace EsdbRollingAction;

/// <summary>
/// Reads one input at a time. What is wrong with one is kept, and stands for nothing until everything that is wrong is said at once.
/// </summary>
internal sealed class InputReader(IConfiguration configuration)
{
    private readonly List<string> wrong = [];

    /// <summary>Every input that was read is as it may be.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: all that is wrong.</exception>
    public void RequireAll()
    {
        if (wrong.Count > 0)
        {
            throw RollingUpdateException.Of(FailureReason.InvalidInput, "These inputs are wrong:", wrong);
        }
    }

    /// <summary>What a text means; null when it was not given, or means nothing.</summary>
    public T? Parsed<T>(InputName input, Func<string, T> parse)
        where T : class
    {
        try
        {
            return Text(input) is { } text ? parse(text) : null;
        }
        catch (RollingUpdateException exception) when (exception.Reason is FailureReason.InvalidInput)
        {
            wrong.Add(exception.Message);
            return null;
        }
    }

    /// <summary>An input that must be given is not.</summary>
    public void Miss(string what) => wrong.Add(what);

    public string? Text(InputName input)
    {
        var text = configuration[input.Key]?.Trim();
        return string.IsNullOrEmpty(text) ? null : text;
    }

    public string TextOrDefault(InputName input) => Text(input) ?? input.Default;

    public bool Flag(InputName input) => OneOf(input, "true", "false") == "true";

    public string OneOf(InputName input, params string[] values)
    {
        var text = TextOrDefault(input);
        return values.Contains(text, StringComparer.Ordinal)
            ? text
            : Invalid(input, $"{string.Join(", ", values[..^1])} or {values[^1]}", values[0]);
    }

    /// <summary>A whole number of at least so much; null when it was not given.</summary>
    public long? Number(InputName input, long least, long most = long.MaxValue)
    {
        var text = Text(input);
        if (text is null)
        {
            return null;
        }

        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber && number >= least && number <= most
            ? number
            : Invalid(input, $"a whole number from {least} to {most}", (long?)null);
    }

    /// <summary>A number of at most so much, and above 0 unless 0 means something.</summary>
    public double Fraction(InputName input, string unit, int most, bool mayBeZero = false)
    {
        var isNumber = double.TryParse(
            TextOrDefault(input),
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var number);
        var isEnough = mayBeZero ? number >= 0 : number > 0;
        return isNumber && isEnough && number <= most
            ? number
            : Invalid(input, $"a number of {unit} {(mayBeZero ? "from 0 to" : "above 0 and at most")} {most}", most);
    }

    private T Invalid<T>(InputName input, string expected, T instead)
    {
        wrong.Add($"The input {input.Name} is '{TextOrDefault(input)}'; it must be {expected}.");
        return instead;
    }
}
