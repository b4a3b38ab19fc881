using System.Globalization;
using System.Text;

namespace EsdbRollingAction.Sandbox.Model;

/// <summary>Runs a script on the machine of a node, as if it began with <c>set -e</c>: the first line that fails ends it.</summary>
/// <param name="world">Model time.</param>
/// <param name="machine">The machine it runs on.</param>
/// <param name="lines">The script.</param>
/// <param name="ended">Gets the exit code. Not called when it was killed, or its machine went down under it.</param>
internal sealed class ScriptRun(World world, ScriptMachine machine, string[] lines, Action<int> ended)
{
    private const int NotFound = 127;
    private const int NoSuchPackage = 100;
    private readonly int boot = machine.Boot;
    private int next;
    private bool isOver;

    /// <summary>What it wrote.</summary>
    public StringBuilder Output { get; } = new();

    /// <summary>What it wrote of errors.</summary>
    public StringBuilder Error { get; } = new();

    /// <summary>The lines after the present one; null when nothing comes of them any more.</summary>
    public IReadOnlyList<string>? ToDo => isOver || machine.Boot != boot || machine.WillReboot ? null : lines[next..];

    public void Go()
    {
        if (next == lines.Length)
        {
            End(0);
            return;
        }

        var line = lines[next++];
        if (Script.Parse(line) is not { } parts)
        {
            Say(Error, $"_script.sh: {line}: not found");
            End(NotFound);
            return;
        }

        Do(parts, 0, 0);
    }

    /// <summary>What it has done stays done.</summary>
    public void Kill() => isOver = true;

    private void Do(IReadOnlyList<ScriptPart> parts, int index, int code)
    {
        while (index < parts.Count && ((parts[index].Joint == "&&" && code != 0) || (parts[index].Joint == "||" && code == 0)))
        {
            index++;
        }

        if (index < parts.Count)
        {
            Do(parts[index].Words, result => Do(parts, index + 1, result));
        }
        else if (code == 0)
        {
            Go();
        }
        else
        {
            End(code);
        }
    }

    private void Do(IReadOnlyList<string> words, Action<int> then)
    {
        switch (words)
        {
            case ["true"] or ["set", ..]:
                then(0);
                break;
            case ["false"]:
                then(1);
                break;
            case ["echo", ..]:
                Say(Output, string.Join(' ', words.Skip(1)));
                then(0);
                break;
            case ["exit", var code] when int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 256:
                End(number);
                break;
            case ["sleep", var text] when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds):
                After(seconds, () => then(0));
                break;
            case ["systemctl", "start" or "stop" or "restart" or "is-active", var unit]:
                Systemctl(words[1], unit, then);
                break;
            case ["break-database"] or ["mend-database"]:
                machine.Node.IsBroken = words[0] == "break-database";
                then(0);
                break;
            case ["apt-get", "update"]:
                then(0);
                break;
            case ["apt-get", ..] when Script.VersionToInstall(words) is { } version:
                Say(Output, $"Unpacking {words[^1]} ...");
                Install(version, code => After(world.Between(5, 15), () => then(code)));
                break;
            case [Script.Install, var version]:
                Install(version, then);
                break;
            case ["reboot"]:
                machine.Reboot();
                break;
            default:
                Say(Error, $"_script.sh: {words[0]}: not found");
                then(NotFound);
                break;
        }
    }

    /// <summary>At once: whoever carries on what was under way finds it done.</summary>
    private void Install(string version, Action<int> then)
    {
        if (machine.Install(version))
        {
            then(0);
            return;
        }

        Say(Error, $"E: Version '{version}' was not found");
        then(NoSuchPackage);
    }

    private void Systemctl(string verb, string unit, Action<int> then)
    {
        if (unit != machine.Unit && unit != $"{machine.Unit}.service")
        {
            Say(Error, $"Unit {unit.Replace(".service", "", StringComparison.Ordinal)}.service could not be found.");
            then(5);
            return;
        }

        switch (verb)
        {
            case "is-active":
                Say(Output, machine.IsActive ? "active" : !machine.Node.CanStart ? "failed" : "inactive");
                then(machine.IsActive ? 0 : 3);
                break;
            case "start":
                machine.StartService();
                then(0);
                break;
            case "stop":
                After(machine.StopService(), () => then(0));
                break;
            default:
                After(machine.RestartService(), () => then(0));
                break;
        }
    }

    private void After(double seconds, Action action) => world.After(seconds, () =>
    {
        if (!isOver && machine.Boot == boot)
        {
            action();
        }
    });

    private void End(int code)
    {
        isOver = true;
        ended(code);
    }

    private static void Say(StringBuilder where, string what) => where.Append(what).Append('\n');
}
