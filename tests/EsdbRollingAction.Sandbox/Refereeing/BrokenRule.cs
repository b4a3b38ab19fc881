namespace EsdbRollingAction.Sandbox.Refereeing;

/// <summary>A rule that was broken.</summary>
/// <param name="At">Real time since the sandbox started.</param>
/// <param name="Rule">Short name of the rule.</param>
/// <param name="What">What happened, to which node.</param>
/// <param name="History">What led to it.</param>
public sealed record BrokenRule(TimeSpan At, string Rule, string What, IReadOnlyList<string> History)
{
    /// <inheritdoc/>
    public override string ToString() => $"{At.TotalSeconds:0.000} s: {Rule}: {What}";
}
