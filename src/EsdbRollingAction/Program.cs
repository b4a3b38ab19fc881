using System.Reflection;
using EsdbRollingAction;
using EsdbRollingAction.GitHub;
using EsdbRollingAction.Log;
using Microsoft.Extensions.Configuration;

InheritedSignals.Hear();
switch (args)
{
    case ["--version"]:
        Console.WriteLine(typeof(Inputs).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
        return ExitCode.Done;
    case [TlsCheck.Argument]:
        return await TlsCheck.RunAsync(Console.Error);
    case ["--help" or "-h"]:
        Console.Write(Help.Text);
        return ExitCode.Done;
    case []:
        using (var signals = new Signals(TimeProvider.System, Environment.Exit))
        {
            signals.Register();
            var configuration = new ConfigurationBuilder().AddEnvironmentVariables("INPUT_").Build();
            var style = LogStyle.From(Environment.GetEnvironmentVariable, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
            using var reporter = new ConsoleReporter(new LogWriter(Console.Out, Console.Error, style), TimeProvider.System);
            var github = GitHubContext.Read(Environment.GetEnvironmentVariable, configuration[InputNames.GitHubToken.Key]);
            await using var publisher = new RunPublisher(github, reporter, TimeProvider.System);
            return await new RollingUpdateProgram(configuration, github, publisher, TimeProvider.System).RunAsync(signals);
        }

    default:
        await Console.Error.WriteLineAsync("error: no arguments are needed, the inputs are environment variables. Try --help.");
        return ExitCode.InvalidInput;
}
