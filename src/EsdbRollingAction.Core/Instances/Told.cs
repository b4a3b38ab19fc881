namespace EsdbRollingAction.Core.Instances;

/// <summary>An answer to a question that nothing depends on, or why there is none.</summary>
/// <param name="Value">The answer; the default when there is none.</param>
/// <param name="Problem">Why there is no answer, or null.</param>
public sealed record Told<T>(T? Value, string? Problem);

/// <summary>Makes answers.</summary>
public static class Told
{
    /// <summary>What EC2 sends without the field that was asked for.</summary>
    public const string NotByEc2 = "EC2 does not tell it";

    /// <summary>An answer.</summary>
    public static Told<T> As<T>(T value) => new(value, null);

    /// <summary>No answer.</summary>
    public static Told<T> Not<T>(string why) => new(default, why);
}
