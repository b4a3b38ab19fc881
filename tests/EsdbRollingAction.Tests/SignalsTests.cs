using System.Runtime.InteropServices;
using EsdbRollingAction.Core.State;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests;

/// <summary>A cancelled job gets SIGINT, SIGTERM 7.5 s later, and SIGKILL 2.5 s after that.</summary>
public sealed class SignalsTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 3, 0, 0, TimeSpan.Zero));
    private readonly List<(int ExitCode, TimeSpan After)> exits = [];
    private readonly Signals signals;
    private readonly DateTimeOffset begun;

    public SignalsTests()
    {
        begun = time.GetUtcNow();
        signals = new Signals(time, exitCode => exits.Add((exitCode, time.GetUtcNow() - begun)));
    }

    public void Dispose() => signals.Dispose();

    [Fact]
    public void Without_a_signal_nothing_ends_the_program()
    {
        Pass(60);

        Assert.Empty(exits);
        Assert.False(signals.Token.IsCancellationRequested);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130, 7)]
    [InlineData(PosixSignal.SIGTERM, 143, 2)]
    public void A_program_that_hangs_is_over_before_what_follows_the_signal_that_was_heard_first(PosixSignal first, int exitCode, double seconds)
    {
        signals.Received(first);
        Pass(60);

        Assert.True(signals.Token.IsCancellationRequested);
        Assert.Equal((exitCode, TimeSpan.FromSeconds(seconds)), Assert.Single(exits));
        Assert.Equal(TimeSpan.FromSeconds(seconds), signals.TimeToEnd.Whole);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(6.5, 7)]
    public void A_termination_that_follows_leaves_less_time_and_never_more(double terminatedAfter, double endsAfter)
    {
        signals.Received(PosixSignal.SIGINT);
        Pass(terminatedAfter);
        signals.Received(PosixSignal.SIGTERM);
        Pass(60);

        Assert.Equal((130, TimeSpan.FromSeconds(endsAfter)), Assert.Single(exits));
    }

    [Fact]
    public void An_interrupt_that_follows_a_termination_leaves_no_more_time()
    {
        signals.Received(PosixSignal.SIGTERM);
        signals.Received(PosixSignal.SIGINT);
        Pass(60);

        Assert.Equal((143, TimeSpan.FromSeconds(2)), Assert.Single(exits));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(2)]
    public void What_is_waited_for_one_after_the_other_leaves_time_to_write_down_how_it_ended(int seconds)
    {
        var end = new TimeToEnd(TimeSpan.FromSeconds(seconds));

        Assert.InRange(end.ForAct + end.ForCapacity + end.ForProgress, end.Whole * 0.5, end.Whole * 0.9);
    }

    private void Pass(double seconds)
    {
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= TimeSpan.FromMilliseconds(100))
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }
}
