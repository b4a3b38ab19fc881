using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace EsdbRollingAction.GitHub;

/// <summary>How long an answer may take, and when a request is sent again.</summary>
internal static class BearerResilience
{
    /// <summary>How long one attempt may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long all attempts together may take.</summary>
    public static readonly TimeSpan WholePatience = TimeSpan.FromSeconds(30);

    /// <summary>However long an answer asks to wait.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public static ResiliencePipeline<BearerAnswer> Once(TimeProvider time) =>
        new ResiliencePipelineBuilder<BearerAnswer> { TimeProvider = time }.AddTimeout(Patience).Build();

    public static ResiliencePipeline<BearerAnswer> Repeated(TimeProvider time) =>
        new ResiliencePipelineBuilder<BearerAnswer> { TimeProvider = time }
            .AddTimeout(WholePatience)
            .AddRetry(new RetryStrategyOptions<BearerAnswer>
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromSeconds(1),
                BackoffType = DelayBackoffType.Exponential,
                DelayGenerator = static arguments => ValueTask.FromResult(PauseAskedFor(arguments.Outcome.Result)),
                ShouldHandle = static arguments => ValueTask.FromResult(ShouldRepeat(arguments.Outcome)),
            })
            .AddTimeout(Patience)
            .Build();

    public static bool MeansNoAnswer(Exception e) =>
        e is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException;

    private static bool ShouldRepeat(Outcome<BearerAnswer> outcome) =>
        outcome.Exception is null ? outcome.Result!.MayPass : MeansNoAnswer(outcome.Exception);

    private static TimeSpan? PauseAskedFor(BearerAnswer? answer) => answer?.RetryAfter is not { } pause ? null
        : pause < TimeSpan.Zero ? TimeSpan.Zero
        : pause > LongestPause ? LongestPause
        : pause;
}
