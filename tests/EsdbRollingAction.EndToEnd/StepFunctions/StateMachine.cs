using System.Text.Json.Nodes;

namespace EsdbRollingAction.EndToEnd.StepFunctions;

/// <summary>A task failed.</summary>
/// <param name="error">Its name, which <c>Retry</c> and <c>Catch</c> look for.</param>
/// <param name="cause">Why.</param>
internal sealed class TaskException(string error, string cause) : Exception(cause)
{
    public string Error { get; } = error;
}

/// <summary>How an execution ended.</summary>
/// <param name="State">The last state.</param>
/// <param name="Output">What it was given.</param>
internal sealed record Execution(string State, JsonNode Output)
{
    /// <summary>The error of an execution that failed, or null.</summary>
    public string? Error { get; init; }

    public string? Cause { get; init; }
}

/// <summary>Amazon States Language, as much of it as the example uses; anything else is not understood.</summary>
/// <param name="definition">The definition.</param>
/// <param name="invoke">Invokes the function.</param>
/// <param name="wait">Waits for so many seconds.</param>
internal sealed class StateMachine(JsonObject definition, Func<JsonNode, Task<JsonNode>> invoke, Func<int, Task> wait)
{
    private const int MostStates = 1500;
    private readonly List<string> entered = [];

    /// <summary>The states, in the order in which they were entered.</summary>
    public IReadOnlyList<string> Entered => entered;

    public async Task<Execution> RunAsync(JsonNode input)
    {
        var (name, data) = ((string)definition["StartAt"]!, input);
        while (true)
        {
            entered.Add(name);
            Assert.True(entered.Count <= MostStates, $"The execution does not end: {string.Join(' ', entered.TakeLast(10))}");
            var state = definition["States"]![name]!.AsObject();
            switch ((string)state["Type"]!)
            {
                case "Succeed":
                    return new Execution(name, data);
                case "Fail":
                    return new Execution(name, data) { Error = (string?)At(data, state["ErrorPath"]), Cause = (string?)At(data, state["CausePath"]) };
                case "Pass":
                    (name, data) = (Next(state), Parameters(state, data));
                    break;
                case "Wait":
                    await wait((int)state["Seconds"]!);
                    name = Next(state);
                    break;
                case "Choice":
                    name = state["Choices"]!.AsArray().FirstOrDefault(choice => Holds(choice!, data)) is { } chosen
                        ? Next(chosen)
                        : (string)state["Default"]!;
                    break;
                case "Task":
                    (name, data) = await RunTaskAsync(state, data);
                    break;
                case var unknown:
                    throw new NotSupportedException($"{name} is a {unknown}.");
            }
        }
    }

    /// <summary>Of its retries only the number counts here.</summary>
    private async Task<(string Next, JsonNode Data)> RunTaskAsync(JsonObject state, JsonNode data)
    {
        Assert.Equal("arn:aws:states:::lambda:invoke", (string)state["Resource"]!);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var result = new JsonObject { ["StatusCode"] = 200, ["Payload"] = await invoke(Parameters(state, data)["Payload"]!) };
                return (Next(state), At(result, state["OutputPath"])!);
            }
            catch (TaskException failed)
            {
                if (Handler(state["Retry"], failed) is { } retry && attempt < (int)retry["MaxAttempts"]!)
                {
                    continue;
                }

                var handler = Handler(state["Catch"], failed) ?? throw new InvalidOperationException($"Nothing catches {failed.Error}.", failed);
                return (Next(handler), new JsonObject { ["Error"] = failed.Error, ["Cause"] = failed.Message });
            }
        }
    }

    private static JsonNode? Handler(JsonNode? handlers, TaskException failed) => (handlers as JsonArray ?? []).FirstOrDefault(handler =>
        handler!["ErrorEquals"]!.AsArray().Any(error => (string)error! is "States.ALL" || (string)error! == failed.Error));

    private static string Next(JsonNode state) => (string)state["Next"]!;

    private static JsonObject Parameters(JsonObject state, JsonNode data) => new(state["Parameters"]!.AsObject().Select(parameter =>
        parameter.Key.EndsWith(".$", StringComparison.Ordinal)
            ? KeyValuePair.Create(parameter.Key[..^2], At(data, parameter.Value)?.DeepClone())
            : KeyValuePair.Create(parameter.Key, parameter.Value?.DeepClone())));

    /// <summary>A comparison of what is not there fails the execution; that it is there may be asked.</summary>
    private static bool Holds(JsonNode choice, JsonNode data) => choice switch
    {
        JsonObject { } asked when asked["IsPresent"] is { } present => (bool)present == IsPresent(data, (string)asked["Variable"]!),
        JsonObject { } asked when asked["NumericEquals"] is { } number => (int)number == (int)At(data, asked["Variable"])!,
        JsonObject { } asked when asked["StringEquals"] is { } text => (string)text! == (string)At(data, asked["Variable"])!,
        _ => throw new NotSupportedException(choice.ToJsonString()),
    };

    private static bool IsPresent(JsonNode data, string path)
    {
        var end = path.LastIndexOf('.');
        return At(data, path[..end]) is JsonObject found && found.ContainsKey(path[(end + 1)..]);
    }

    /// <summary>What a path leads to.</summary>
    private static JsonNode? At(JsonNode data, JsonNode? path) => ((string)path!).Split('.').Skip(1).Aggregate((JsonNode?)data, (node, name) =>
        node is JsonObject fields && fields.TryGetPropertyValue(name, out var field)
            ? field
            : throw new InvalidOperationException($"States.Runtime: {path} leads nowhere in {data.ToJsonString()}"));
}
