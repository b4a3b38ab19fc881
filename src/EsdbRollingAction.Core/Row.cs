using System.Runtime.CompilerServices;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core;

/// <summary>Makes a row of preflight. It has the name of the method that makes it.</summary>
internal static class Row
{
    /// <summary>EC2 answered without the field that was asked for.</summary>
    public const string NotByEc2 = "EC2 does not tell it";

    public static Check Passed(string found, [CallerMemberName] string name = "") => Check.Passed(name, found);

    public static Check NotChecked(string why = NotByEc2, [CallerMemberName] string name = "") => Check.NotChecked(name, why);

    public static Check Note(string found, string? advice = null, [CallerMemberName] string name = "") => Check.Note(name, found, advice);

    public static Check Warning(string found, string? advice = null, [CallerMemberName] string name = "") =>
        Check.Warning(name, found, advice);

    public static Check Refused(string found, string? advice = null, [CallerMemberName] string name = "") =>
        Check.Refused(name, found, advice);

    /// <summary>Why AWS did not tell: what may pass refuses nothing.</summary>
    public static Check NotTold<T>(AwsAnswer<T> none, string name) => none is { Kind: InstanceErrorKind.Transient, Problem: { } why }
        ? NotChecked(why, name)
        : Refused(none.Problem ?? NotByEc2, name: name);

    public static Check RefusedUnless(bool allowed, string found, string advice, [CallerMemberName] string name = "") =>
        Check.RefusedUnless(allowed, name, found, advice);
}
