using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>How long an answer may take, and when a request is sent again.</summary>
internal static class NodeResilience
{
    public static ResiliencePipeline<NodeAnswer> Once(TimeProvider time, TimeSpan timeout) =>
        new ResiliencePipelineBuilder<NodeAnswer> { TimeProvider = time }.AddTimeout(timeout).Build();

    /// <summary>Two more attempts, each with its own time-out, while the node does not answer or says that it cannot now.</summary>
    public static ResiliencePipeline<NodeAnswer> Repeated(TimeProvider time, TimeSpan timeout, TimeSpan pause) =>
        new ResiliencePipelineBuilder<NodeAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<NodeAnswer>
            {
                MaxRetryAttempts = 2,
                Delay = pause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static arguments => ValueTask.FromResult(ShouldRepeat(arguments.Outcome)),
            })
            .AddTimeout(timeout)
            .Build();

    public static bool MeansNoAnswer(Exception e) =>
        e is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException;

    private static bool ShouldRepeat(Outcome<NodeAnswer> outcome) => outcome.Exception is null
        ? outcome.Result.Status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests
        : MeansNoAnswer(outcome.Exception);
}
