using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Alarms;

/// <summary>Alarms whose states a test sets.</summary>
internal sealed class FakeAlarms : IAlarms
{
    /// <summary>The alarms that there are.</summary>
    public Dictionary<string, AlarmState> States { get; } = [];

    /// <summary>Why they cannot be read at the moment, or null.</summary>
    public InstanceException? Problem { get; set; }

    /// <summary>Called with each read.</summary>
    public Action? OnRead { get; set; }

    /// <summary>How often they were read.</summary>
    public int Reads { get; private set; }

    /// <summary>They are asked and never answer.</summary>
    public bool Hangs { get; set; }

    public async Task<IReadOnlyList<Alarm>> ReadAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        Reads++;
        OnRead?.Invoke();
        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return Problem is null
            ? [.. names.Where(States.ContainsKey).Select(name => new Alarm(name, States[name], $"why it is {States[name]}"))]
            : throw Problem;
    }
}
