using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Ec2;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Whether the alarms that a roll is to wait for can be read, and how they stand.</summary>
internal static class AlarmChecks
{
    /// <summary>None where no alarm is asked for.</summary>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    public static async Task<IReadOnlyList<Check>> OfAsync(
        IReadOnlyList<string> names, IAlarms alarms, TimeProvider time, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return [];
        }

        var answer = await AwsAnswer.OfAsync(
            () => Patiently.AskAsync(() => alarms.ReadAsync(names, cancellationToken), time, cancellationToken));
        if (answer.Value is not { } known)
        {
            return [NotTold(answer, nameof(AlarmsExist))];
        }

        var seen = new AlarmsSeen(names, known);
        return [AlarmsExist(seen), .. known.Count == 0 ? [] : new[] { AlarmsAreQuiet(seen) }];
    }

    /// <summary>A name that is misspelt would never hold anything back.</summary>
    public static Check AlarmsExist(AlarmsSeen seen) => seen.Missing.Count == 0
        ? Passed($"CloudWatch knows {AlarmText.Names(seen.Asked)}")
        : Refused(
            $"CloudWatch has no alarm {string.Join(", ", seen.Missing)} in this account and region",
            "Correct alarm-names. Composite alarms show only to those who may read every alarm");

    /// <summary>The update begins all the same, and waits.</summary>
    public static Check AlarmsAreQuiet(AlarmsSeen seen) => seen switch
    {
        { InAlarm: { Count: > 0 } inAlarm } => Warning(AlarmText.InAlarm(inAlarm), "No node is taken down before it is OK again"),
        { WithoutData: { Count: > 0 } unknown } =>
            Note($"{AlarmText.Names(unknown)} has too little data to tell (INSUFFICIENT_DATA), and holds nothing back"),
        _ => Passed("no alarm is in ALARM"),
    };
}
