using System.Globalization;
using EsdbRollingAction.Core;
using Microsoft.Extensions.Configuration;

namespace EsdbRollingAction;

/// <summary>Reads one input at a time. Everything wrong with it is <see cref="FailureReason.InvalidInput"/>.</summary>
internal sealed class InputReader(IConfiguration configuration)
{
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
            : throw Invalid(input, string.Join(" or ", values));
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
            : throw Invalid(input, $"a whole number from {least} to {most}");
    }

    public double Positive(InputName input, string unit, int most)
    {
        var number = Fraction(input);
        return number > 0 && number <= most
            ? number.Value
            : throw Invalid(input, $"a number of {unit} above 0 and at most {most}");
    }

    public double NotNegative(InputName input, string unit, int most)
    {
        var number = Fraction(input);
        return number <= most
            ? number.Value
            : throw Invalid(input, $"a number of {unit} from 0 to {most}");
    }

    /// <summary>The number, or null when it is none. A sign is none either.</summary>
    private double? Fraction(InputName input)
    {
        var text = TextOrDefault(input);
        var isNumber = double.TryParse(
            text,
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var number);
        return isNumber ? number : null;
    }

    private RollingUpdateException Invalid(InputName input, string expected) => new(
        FailureReason.InvalidInput,
        $"The input {input.Name} is '{TextOrDefault(input)}'; it must be {expected}.");
}
