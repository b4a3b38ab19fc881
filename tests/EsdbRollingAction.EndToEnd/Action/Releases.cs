using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>Makes the folder of an action what a tag holds: with <c>dist/</c>.</summary>
internal static class Releases
{
    /// <summary>The program for this machine, as a path in <c>dist/</c>.</summary>
    public static string ProgramName { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? "linux-arm64/esdb-rolling-update"
        : "linux-x64/esdb-rolling-update";

    /// <summary>With the program under test.</summary>
    public static Runner WithProgram(this Runner runner) => ProgramUnderTest.DefaultPath.EndsWith(".dll", StringComparison.Ordinal)
        ? runner.WithScript($"exec dotnet '{ProgramUnderTest.DefaultPath}' \"$@\"")
        : runner.WithProgram(program => File.Copy(ProgramUnderTest.DefaultPath, program));

    /// <summary>With a script in the program's place.</summary>
    public static Runner WithScript(this Runner runner, string script) =>
        runner.WithProgram(program => File.WriteAllText(program, $"#!/bin/bash\n{script}\n"));

    public static string ProgramPath(this Runner runner) => Path.Combine(runner.ActionFolder, "dist", ProgramName);

    public static string ChecksumsPath(this Runner runner) => Path.Combine(runner.ActionFolder, "dist", "SHA256SUMS");

    private static Runner WithProgram(this Runner runner, System.Action<string> write)
    {
        var program = runner.ProgramPath();
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        write(program);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(
            runner.ChecksumsPath(),
            $"{new string('0', 64)}  other-arm64/esdb-rolling-update\n{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(program)))}  {ProgramName}\n");
        return runner;
    }
}
