using System.Globalization;
using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.TestHost;
using Microsoft.Testing.Platform.Services;

namespace EsdbRollingAction.Testing;

/// <summary>
/// Says every ten seconds how far the tests are, where <c>dotnet test</c> shows nothing: on a terminal it draws its own progress, into a pipe
/// or a file it writes a line only when a test fails or a project is over.
/// </summary>
internal sealed class Heartbeat(CallerOutput output) : IDataConsumer, ITestSessionLifetimeHandler, IDisposable
{
    /// <summary>Where all tests run side by side, xunit calls those that wait for their turn running too.</summary>
    private const int MostThatRun = 8;

    private const int TestsNamed = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Name, long Begun)> running = new(StringComparer.Ordinal);
    private readonly long begun = TimeProvider.System.GetTimestamp();
    private ITimer? timer;
    private string? last;
    private int passed;
    private int failed;

    /// <summary>What a person should know of this run, if anything.</summary>
    public static string? Remark { get; set; }

    public string Uid => nameof(Heartbeat);

    public string Version => "1.0.0";

    public string DisplayName => nameof(Heartbeat);

    public string Description => "Says how far the tests are.";

    public Type[] DataTypesConsumed => [typeof(TestNodeUpdateMessage)];

    /// <summary>Called by the entry point that the test platform generates.</summary>
    public static void AddExtensions(ITestApplicationBuilder builder, string[] arguments)
    {
        if (CallerOutput.Find() is not { } output)
        {
            return;
        }

        var factory = new CompositeExtensionFactory<Heartbeat>(_ => new Heartbeat(output));
        builder.TestHost.AddDataConsumer(factory);
        builder.TestHost.AddTestSessionLifetimeHandler(factory);
    }

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public Task OnTestSessionStartingAsync(ITestSessionContext testSessionContext)
    {
        timer = TimeProvider.System.CreateTimer(_ => output.WriteLine(Line()), null, Interval, Interval);
        return Task.CompletedTask;
    }

    public Task OnTestSessionFinishingAsync(ITestSessionContext testSessionContext)
    {
        timer?.Dispose();
        return Task.CompletedTask;
    }

    public Task ConsumeAsync(IDataProducer dataProducer, IData value, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            Note(((TestNodeUpdateMessage)value).TestNode);
        }

        return Task.CompletedTask;
    }

    public void Dispose() => timer?.Dispose();

    private void Note(TestNode test)
    {
        switch (test.Properties.SingleOrDefault<TestNodeStateProperty>())
        {
            case null or DiscoveredTestNodeStateProperty:
                break;
            case InProgressTestNodeStateProperty:
                running[test.Uid] = (test.DisplayName, TimeProvider.System.GetTimestamp());
                break;
            case PassedTestNodeStateProperty:
                End(test);
                passed++;
                break;
            case SkippedTestNodeStateProperty:
                End(test);
                break;
            default:
                End(test);
                failed++;
                break;
        }
    }

    private string Line()
    {
        lock (gate)
        {
            var project = typeof(Heartbeat).Assembly.GetName().Name;
            var remark = Remark is null ? "" : $". {Remark}";
            return $"{project}: {passed} passed, {failed} failed after {Since(begun)}; {(running.Count > MostThatRun ? Last() : Running())}{remark}";
        }
    }

    private string Last() => $"{running.Count} to go, last was {last ?? "none yet"}";

    private string Running()
    {
        var named = running.Values.OrderBy(test => test.Begun).Take(TestsNamed).Select(test => $"{ShortName(test.Name)} ({Since(test.Begun)})");
        return $"at {string.Join(", ", named)}";
    }

    private void End(TestNode test)
    {
        running.Remove(test.Uid);
        last = ShortName(test.DisplayName);
    }

    /// <summary>Class and method, without namespaces and without the arguments of a row.</summary>
    private static string ShortName(string name) => string.Join('.', name.Split('(')[0].Split('.')[^2..]);

    private static string Since(long timestamp) =>
        string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(timestamp).TotalSeconds:0} s");
}
