using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace EsdbRollingAction.Testing;

/// <summary>A row of a theory that only <c>.ci/run</c> runs.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class ExhaustiveDataAttribute : DataAttribute
{
    private readonly object?[] row;

    public ExhaustiveDataAttribute(params object?[] row)
    {
        this.row = row;
        Traits = [ExhaustiveAttribute.Name, ExhaustiveAttribute.Value];
    }

    public IReadOnlyList<object?> Row => row;

    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([ConvertDataRow(row)]);
}
