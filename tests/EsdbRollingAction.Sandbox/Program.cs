using EsdbRollingAction.Sandbox.CommandLine;

var arguments = Arguments.Parse(args);
if (arguments.IsHelp)
{
    await Console.Out.WriteLineAsync(HelpText.Text);
    return 0;
}

if (arguments.Error is { } error)
{
    await Console.Error.WriteLineAsync($"{error} See --help.");
    return 2;
}

return await Demonstration.RunAsync(arguments, Console.Out);
