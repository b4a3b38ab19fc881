using System.Reflection;
using System.Runtime.CompilerServices;
using EsdbRollingAction.Core.Rolling;

namespace EsdbRollingAction.Tests.Architecture;

/// <summary>The rooms of the core, read from the assembly.</summary>
public class RoomTests
{
    private const string Core = "EsdbRollingAction.Core";
    private const int MostParameters = 4;

    private static readonly Assembly CoreAssembly = typeof(Decider).Assembly;

    [Fact]
    public void No_two_rooms_lead_to_each_other()
    {
        var arrows = CoreAssembly.GetTypes()
            .SelectMany(type => References.Of(type).Select(other => (From: RoomOf(type), To: RoomOf(other))))
            .Where(arrow => arrow.From is not null && arrow.To is not null && arrow.From != arrow.To)
            .Select(arrow => (From: arrow.From!, To: arrow.To!))
            .ToHashSet();

        var cycles = arrows.Where(arrow => Reaches(arrows, arrow.To, arrow.From)).Order().ToList();

        Assert.Empty(cycles);
        Assert.Contains(("Rolling", "State"), arrows);
    }

    [Fact]
    public void The_core_knows_nothing_of_GitHub() =>
        Assert.DoesNotContain(CoreAssembly.GetReferencedAssemblies(), assembly => assembly.Name == "esdb-rolling-update");

    [Theory]
    [InlineData(typeof(Decider))]
    [InlineData(typeof(Inputs))]
    public void No_method_has_more_than_four_parameters(Type ofAssembly)
    {
        const BindingFlags Declared =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var longest = ofAssembly.Assembly.GetTypes()
            .Where(IsWritten)
            .SelectMany(type => type.GetMethods(Declared).Cast<MethodBase>().Concat(IsData(type) ? [] : type.GetConstructors(Declared)))
            .Where(method => IsWritten(method) && method.GetParameters().Length > MostParameters)
            .Select(method => $"{method.DeclaringType!.FullName}.{method.Name}")
            .Order();

        Assert.Empty(longest);
    }

    private static string? RoomOf(Type type)
    {
        var name = type.Namespace ?? type.DeclaringType?.Namespace ?? "";
        return name.StartsWith(Core + ".", StringComparison.Ordinal) ? name[(Core.Length + 1)..] : null;
    }

    private static bool Reaches(HashSet<(string From, string To)> arrows, string from, string to)
    {
        var reached = new HashSet<string> { from };
        while (arrows.Where(arrow => reached.Contains(arrow.From)).Select(arrow => arrow.To).Any(reached.Add))
        {
        }

        return reached.Contains(to);
    }

    /// <summary>A record carries data, and the compiler writes its deconstruction.</summary>
    private static bool IsData(Type type) => type.GetMethod("<Clone>$") is not null || type.IsValueType;

    private static bool IsWritten(MemberInfo member) =>
        !member.IsDefined(typeof(CompilerGeneratedAttribute))
        && !member.Name.Contains('<', StringComparison.Ordinal)
        && member.Name != "Deconstruct"
        && member.DeclaringType?.IsDefined(typeof(CompilerGeneratedAttribute)) != true
        && !(member is Type { Namespace: null })
        && (member.DeclaringType ?? member as Type)!.Namespace?.StartsWith("EsdbRollingAction", StringComparison.Ordinal) == true
        && !IsGenerated(member.DeclaringType ?? (Type)member);

    private static bool IsGenerated(Type type) => type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute));
}
