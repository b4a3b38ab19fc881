namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>The command: words in, exit code out.</summary>
internal static class SandboxCommand
{
    private const int Done = 0;
    private const int WrongCommandLine = 2;

    public static async Task<int> RunAsync(IReadOnlyList<string> words, TextWriter output, TextWriter error)
    {
        var arguments = Arguments.Parse(words);
        if (arguments.IsHelp)
        {
            await output.WriteLineAsync(HelpText.Text);
            return Done;
        }

        if (arguments.Error is { } wrong)
        {
            await error.WriteLineAsync($"{wrong} See --help.");
            return WrongCommandLine;
        }

        try
        {
            using var folder = RollFolder.Open(arguments.Folder, arguments.Resumes);
            return await new Demonstration(arguments, folder, output).RunAsync();
        }
        catch (UsageException impossible)
        {
            await error.WriteLineAsync(impossible.Message);
            return WrongCommandLine;
        }
    }
}
