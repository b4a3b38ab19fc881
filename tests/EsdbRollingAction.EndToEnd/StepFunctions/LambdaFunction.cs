using System.Text.Json.Nodes;
using System.Threading.Channels;
using EsdbRollingAction.Sandbox;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Types;
using WireMock.Util;

namespace EsdbRollingAction.EndToEnd.StepFunctions;

/// <summary>The function of the example: its <c>bootstrap</c> beside the program, and Lambda's runtime API on loopback.</summary>
internal sealed class LambdaFunction : IAsyncDisposable
{
    private const string Api = "/2018-06-01/runtime/invocation";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly WireMockServer server = WireMockServer.Start();
    private readonly Channel<string> events = Channel.CreateUnbounded<string>();
    private readonly Channel<(string Path, string Body)> answers = Channel.CreateUnbounded<(string Path, string Body)>();
    private readonly CancellationTokenSource isOver = new();
    private readonly ProgramUnderTest bootstrap;
    private int invocations;

    private LambdaFunction(Rolling rolling, (string Name, string? Value)[] environment)
    {
        server.Given(Request.Create().UsingGet().WithPath($"{Api}/next")).RespondWith(Response.Create().WithCallback(_ => NextAsync()));
        server.Given(Request.Create().UsingPost()).RespondWith(Response.Create().WithCallback(Take));
        bootstrap = rolling.Program(
            [Example("bootstrap")],
            [
                ("AWS_LAMBDA_RUNTIME_API", $"127.0.0.1:{server.Port}"), ("LAMBDA_TASK_ROOT", TaskRoot(rolling)), ("TMPDIR", rolling.Sandbox.Folder),
                ("INPUT_ITERATION_INTERVAL_SECONDS", "1"), ("INPUT_TARGET_INSTANCE_TYPE", null), ("INPUT_STATE_FILE", null), ("GITHUB_OUTPUT", null),
                .. environment,
            ]);
        bootstrap.Start();
    }

    /// <summary>What the function printed.</summary>
    public string Log => string.Join('\n', bootstrap.Output.Concat(bootstrap.Error));

    public static LambdaFunction Start(Rolling rolling, params (string Name, string? Value)[] environment) => new(rolling, environment);

    /// <summary>A file of the example.</summary>
    public static string Example(string name) => Path.Combine(AppContext.BaseDirectory, "step-functions", name);

    /// <summary>Invokes the function.</summary>
    /// <exception cref="TaskException">The function reported an error.</exception>
    public async Task<JsonNode> InvokeAsync(string payload, CancellationToken cancellationToken)
    {
        await events.Writer.WriteAsync(payload, cancellationToken);
        var (path, body) = await answers.Reader.ReadAsync(cancellationToken);
        Assert.StartsWith($"{Api}/invocation-{invocations}/", path, StringComparison.Ordinal);
        var answer = JsonNode.Parse(body)!;
        return path.EndsWith("/response", StringComparison.Ordinal) ? answer : throw new TaskException((string)answer["errorType"]!, body);
    }

    /// <summary>
    /// The next question for an event is refused, and the function ends: killed while it waits, it would leave a curl that writes on.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await isOver.CancelAsync();
        await Task.WhenAny(bootstrap.WaitAsync(CancellationToken.None), Task.Delay(Patience, TimeProvider.System));
        bootstrap.Dispose();
        server.Dispose();
        isOver.Dispose();
    }

    /// <summary>The folder of the deployment package: the program as one file that runs, as in a release.</summary>
    private static string TaskRoot(Rolling rolling)
    {
        var program = ProgramUnderTest.DefaultPath;
        var runs = program.EndsWith(".dll", StringComparison.Ordinal) ? $"dotnet '{program}'" : $"'{program}'";
        var folder = Directory.CreateDirectory(Path.Combine(rolling.Sandbox.Folder, "task")).FullName;
        var file = Path.Combine(folder, "esdb-rolling-update");
        File.WriteAllText(file, $"#!/bin/sh\nexec {runs} \"$@\"\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return folder;
    }

    /// <summary>Lambda answers when there is something to do.</summary>
    private async Task<IResponseMessage> NextAsync()
    {
        var waiting = events.Reader.ReadAsync(isOver.Token).AsTask();
        await Task.WhenAny(waiting);
        return !waiting.IsCompletedSuccessfully ? new ResponseMessage { StatusCode = 500 } : Invocation(await waiting);
    }

    private ResponseMessage Invocation(string payload) => new()
    {
        StatusCode = 200,
        Headers = new Dictionary<string, WireMockList<string>>
        {
            ["Content-Type"] = new("application/json"),
            ["Lambda-Runtime-Aws-Request-Id"] = new($"invocation-{Interlocked.Increment(ref invocations)}"),
            ["Lambda-Runtime-Deadline-Ms"] = new("4102444800000"),
        },
        BodyData = new BodyData { DetectedBodyType = BodyType.String, BodyAsString = payload },
    };

    private ResponseMessage Take(IRequestMessage request)
    {
        answers.Writer.TryWrite((request.Path, request.Body!));
        return new ResponseMessage { StatusCode = 202 };
    }
}
