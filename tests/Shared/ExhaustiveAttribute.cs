using Xunit.v3;

namespace EsdbRollingAction.Testing;

/// <summary>A test that only <c>.ci/run</c> runs.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class ExhaustiveAttribute : Attribute, ITraitAttribute
{
    /// <summary>Named in <c>tests/Directory.Build.props</c>, which filters by it.</summary>
    public const string Name = "Extent";

    public const string Value = "Exhaustive";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Name, Value)];
}
