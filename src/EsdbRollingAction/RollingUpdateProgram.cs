using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Updating;
using EsdbRollingAction.GitHub;
using Microsoft.Extensions.Configuration;

namespace EsdbRollingAction;

/// <summary>One run: inputs in, exit code out.</summary>
internal sealed class RollingUpdateProgram(IConfiguration configuration, ConsoleReporter console, TimeProvider time)
{
    private readonly Outputs outputs = new(Environment.GetEnvironmentVariable("GITHUB_OUTPUT"));
    private readonly DateTimeOffset begun = time.GetUtcNow();

    public async Task<int> RunAsync(Signals signals)
    {
        var recorder = new RunRecorder(_ => { }) { Report = new RunReport { Mode = "", ClusterName = "", At = begun } };
        var end = await EndAsync(recorder, signals);
        var report = recorder.Report with { End = end, At = time.GetUtcNow() };
        outputs.Write(report);
        console.Ended(end);
        return end.ExitCode;
    }

    private async Task<RunEnd> EndAsync(RunRecorder recorder, Signals signals)
    {
        try
        {
            var inputs = Inputs.Read(configuration);
            recorder.Report = recorder.Report with { Mode = inputs.Mode.ToString(), ClusterName = inputs.ClusterName, StateFile = inputs.StateFile };
            outputs.WriteBeginning(inputs.StateFile, null);
            foreach (var notice in inputs.Connection.Notices)
            {
                console.Notice(notice);
            }

            var file = new StateFile(inputs.StateFile);
            var found = file.Read();
            recorder.Report = recorder.Report with { State = found };
            using var ec2 = Ec2Client.Create(inputs.AwsRegion);
            var end = await new Roll(inputs, new Reporters(console, recorder), begun + inputs.TimeLimit, time)
                .RunAsync(found, file, new Ec2Instances(ec2), signals.Token);
            recorder.Report = recorder.Report with { State = end };
            return RunEnds.Of(end, inputs.Mode, inputs.StateFile);
        }
        catch (Exception exception) when (RunEnds.Of(exception, signals.ExitWith, recorder.Report.State, recorder.Report.StateFile) is { } end)
        {
            return end;
        }
    }
}
