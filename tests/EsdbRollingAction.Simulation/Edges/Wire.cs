using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Simulation.Judging;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>
/// What every call goes through: it may be slow, lost, answered with garbage, or take effect without an answer; and any of
/// them may be the program's last, before its effect or after it.
/// </summary>
internal sealed class Wire(Run run, Weather weather, Draw draw)
{
    private static readonly string[] Losses = ["reset the connection", "answered HTTP 503", "answered HTTP 429", "answered something that is not JSON"];
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly CallFaults faults = run.Scenario.Calls;

    /// <summary>Sends a call that throws when it gets no usable answer.</summary>
    public Task<T> SendAsync<T>(Call call, Func<Answer<T>> effect, CancellationToken cancellationToken) =>
        SendAsync(call, effect, how => new Answer<T>(default, call.Failed(how)), cancellationToken);

    /// <summary>Sends a call.</summary>
    /// <param name="call">What it is.</param>
    /// <param name="effect">What it does in the world, and the answer.</param>
    /// <param name="unanswered">What the program gets when there is no usable answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<T> SendAsync<T>(Call call, Func<Answer<T>> effect, Func<string, Answer<T>> unanswered, CancellationToken cancellationToken)
    {
        Check(call);
        if (run.IsKilled)
        {
            return Never<T>();
        }

        var isLast = IsLast();
        if (isLast && !run.EndsBySignal && draw.Chance(0.5))
        {
            run.Kill();
            return Never<T>();
        }

        var fault = FaultOf(call);
        if (faults.Latency > 0 || IsSlowAct(call) || fault != Fault.None || cancellationToken.IsCancellationRequested)
        {
            return SlowAsync(call, fault, effect, unanswered, isLast, cancellationToken);
        }

        var answer = effect();
        return Interrupted(isLast) ? Never<T>() : answer.Refusal is { } refusal ? Task.FromException<T>(refusal) : Task.FromResult(answer.Value!);
    }

    /// <summary>A call that cannot wait, as the writing of the state.</summary>
    public void Do(Action effect)
    {
        var isLast = !run.IsKilled && IsLast();
        var isBefore = isLast && draw.Chance(0.5);
        if (isBefore && !run.EndsBySignal)
        {
            run.Kill();
        }

        if (run.IsKilled)
        {
            throw new KilledException();
        }

        effect();
        if (Interrupted(isLast))
        {
            throw new KilledException();
        }
    }

    /// <summary>Somebody waits for ever who is not there any more.</summary>
    private static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;

    private async Task<T> SlowAsync<T>(
        Call call, Fault fault, Func<Answer<T>> effect, Func<string, Answer<T>> unanswered, bool isLast, CancellationToken cancellationToken)
    {
        // Slow on the way there or on the way back: what happens meanwhile is seen late, or not at all.
        cancellationToken.ThrowIfCancellationRequested();
        var longest = faults.Latency + (IsSlowAct(call) ? faults.ActLatency : 0);
        var (there, back) = draw.Chance(0.5) ? (longest, 0.0) : (0.0, longest);
        await PassAsync(there, cancellationToken);
        if (fault == Fault.Lost)
        {
            return Unanswered(call, draw.OneOf<string>(Losses), unanswered);
        }

        if (fault == Fault.Throttled)
        {
            throw new InstanceException(InstanceErrorKind.Transient, "RequestLimitExceeded", $"{call.What}: Request limit exceeded.");
        }

        if (fault == Fault.CredentialsExpired)
        {
            throw new InstanceException(InstanceErrorKind.CredentialsExpired, "ExpiredToken", $"{call.What}: The security token included in the request is expired");
        }

        if (fault == Fault.TimedOut)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), run.Time, cancellationToken);
            return Unanswered(call, "did not answer in time", unanswered);
        }

        var answer = effect();
        await PassAsync(back, cancellationToken);
        if (Interrupted(isLast))
        {
            return await Never<T>();
        }

        return fault == Fault.AnswerLost ? Unanswered(call, "reset the connection before it answered", unanswered) : ValueOf(answer);
    }

    private bool IsSlowAct(Call call) => faults.ActLatency > 0 && call is { IsAct: true, IsEc2: true };

    private Task PassAsync(double longest, CancellationToken cancellationToken) =>
        longest > 0 ? Task.Delay(draw.Seconds(0, longest), run.Time, cancellationToken) : Task.CompletedTask;

    private T Unanswered<T>(Call call, string how, Func<string, Answer<T>> unanswered)
    {
        run.History?.Add($"program: {call.What}: {how}");
        return ValueOf(unanswered(how));
    }

    private static T ValueOf<T>(Answer<T> answer) => answer.Refusal is { } refusal ? throw refusal : answer.Value!;

    private Fault FaultOf(Call call)
    {
        if (!run.IsDisturbed)
        {
            return Fault.None;
        }

        if (call.IsEc2 && (run.CredentialsLeft -= 1) <= 0)
        {
            return Fault.CredentialsExpired;
        }

        if (call.IsEc2 && (run.Time.Elapsed < weather.StormUntil || draw.Chance(faults.Throttled)))
        {
            return Fault.Throttled;
        }

        return draw.Chance(faults.Lost) ? Fault.Lost
            : draw.Chance(faults.TimedOut) ? Fault.TimedOut
            : call.IsAct && draw.Chance(faults.AnswerLost) ? Fault.AnswerLost
            : Fault.None;
    }

    private bool IsLast() => run is { IsDisturbed: true, SignalledAt: null } && (run.CallsLeft -= 1) == 0;

    private bool Interrupted(bool isLast)
    {
        if (isLast && run.EndsBySignal)
        {
            run.Cancel();
        }
        else if (isLast)
        {
            run.Kill();
        }

        return run.IsKilled;
    }

    private void Check(Call call)
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            // What two threads do could not be replayed, and would tear the clock's agenda.
            run.Umpire.Break(Rule.LeftTheThread, call.What);
            run.Kill();
        }

        if (call.IsAct && run.SignalledAt is not null && !run.IsKilled)
        {
            run.Umpire.Break(Rule.ActAfterSignal, call.What);
        }
    }

    private enum Fault
    {
        None,
        Lost,
        TimedOut,
        AnswerLost,
        Throttled,
        CredentialsExpired,
    }
}
