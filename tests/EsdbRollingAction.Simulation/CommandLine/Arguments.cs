using EsdbRollingAction.Simulation.Mutants;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.CommandLine;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments
{
    public const string Help = """
        Rolls a modelled cluster in virtual time, with faults drawn from a seed, and checks the rules at every act.

          --seed N         replay one seed and show what happened
          --seeds A-B      roll these seeds
          --count N        roll this many seeds (2000)
          --from N         beginning with this one (0)
          --parallel       on all cores
          --commands       every roll runs a command, those of other seeds too
          --versions       every roll brings the nodes to another version of the server
          --alarms         every roll has an alarm that is raised and quiet again
          --recoveries     whoever finds a run cut off often recovers before he goes on
          --mutant NAME    with a program that is wrong: see Mutants/AllMutants.cs
          --without WHAT   without Lock, SameOrder, FreshLook, or several of them: Lock,SameOrder
        """;

    public int First { get; private init; }

    public int Count { get; private init; } = 2000;

    /// <summary>One seed, with its history.</summary>
    public bool IsReplay { get; private init; }

    public bool IsParallel { get; private init; }

    /// <summary>What every roll has.</summary>
    public Features Surely { get; private init; }

    /// <summary>A program that is wrong on purpose, or null.</summary>
    public Mutant? Mutant { get; private init; }

    /// <summary>What keeps runs apart and is switched off.</summary>
    public Protections Without { get; private init; }

    public bool IsHelp { get; private init; }

    public string? Error { get; private init; }

    public static Arguments Parse(IReadOnlyList<string> words)
    {
        var arguments = new Arguments();
        for (var i = 0; i < words.Count && arguments is { Error: null, IsHelp: false }; i++)
        {
            var value = i + 1 < words.Count ? words[i + 1] : "";
            arguments = words[i] switch
            {
                "--help" or "-h" => arguments with { IsHelp = true },
                "--parallel" => arguments with { IsParallel = true },
                "--commands" => arguments with { Surely = arguments.Surely | Features.Commands },
                "--versions" => arguments with { Surely = arguments.Surely | Features.Versions },
                "--alarms" => arguments with { Surely = arguments.Surely | Features.Alarms },
                "--recoveries" => arguments with { Surely = arguments.Surely | Features.Recoveries },
                "--mutant" when AllMutants.Named.GetValueOrDefault(value).Mutant is { } mutant && ++i > 0 =>
                    arguments with { Mutant = mutant, Surely = arguments.Surely | mutant.Needs },
                "--seed" when int.TryParse(value, out var seed) && ++i > 0 => arguments with { First = seed, Count = 1, IsReplay = true },
                "--from" when int.TryParse(value, out var from) && ++i > 0 => arguments with { First = from },
                "--without" when Enum.TryParse<Protections>(value, ignoreCase: true, out var without) && ++i > 0 =>
                    arguments with { Without = without },
                "--count" when int.TryParse(value, out var count) && count > 0 && ++i > 0 => arguments with { Count = count },
                "--seeds" when Range(value) is { } range && ++i > 0 => arguments with { First = range.First, Count = range.Count },
                var word => arguments with { Error = $"{word} {value}".TrimEnd() + " is not understood." },
            };
        }

        return arguments;
    }

    private static (int First, int Count)? Range(string text) =>
        text.Split('-') is [var first, var last] && int.TryParse(first, out var from) && int.TryParse(last, out var to) && to >= from ? (from, to - from + 1) : null;
}
