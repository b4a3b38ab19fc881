using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>Does what was decided, and makes of what came of it what is remembered.</summary>
/// <param name="actor">Does it.</param>
/// <param name="outcomes">What an accepted or refused act means for the node.</param>
/// <param name="settings">What the roll is told besides its state.</param>
/// <param name="reporter">Is told what could not be done.</param>
/// <param name="time">The clock.</param>
internal sealed class Acting(Actor actor, Outcomes outcomes, RollSettings settings, IUpdateReporter reporter, TimeProvider time)
{
    private const int Attempts = 3;

    private int marksRefused;
    private int releasesRefused;
    private DateTimeOffset? lastStartsRefusedSince;

    public async Task<Acted> DoAsync(Decision decision, WorldObserver world, CancellationToken cancellationToken)
    {
        using var inFlight = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var ending = cancellationToken.Register(() => inFlight.CancelAfter(settings.TimeToEnd().ForAct));
        try
        {
            if (decision.Act is Act.SetPriority or Act.Resign && !world.IsNamed(decision.Node!.Endpoint))
            {
                throw new NodeUnreachableException(decision.Node.Endpoint, "is named by no node of the cluster, so no credentials are sent to it");
            }

            await actor.DoAsync(decision.Act, decision.Node!, inFlight.Token);
            if (decision.Act is Act.MarkInstance mark)
            {
                world.Marked(mark.IsOverAnothers);
                marksRefused = 0;
            }

            return new Acted(outcomes.Accepted(decision, time.GetUtcNow()), AndThen.GoOn);
        }
        catch (NodeUnreachableException exception)
        {
            reporter.Refused(decision, exception.Message, time.GetUtcNow());
            if (decision.Act is Act.Resign)
            {
                // It may have been heard: it counts as asked, so that the leader has time to hand over before it is asked again.
                return new Acted(outcomes.Accepted(decision, time.GetUtcNow()), AndThen.GoOn);
            }
        }
        catch (RollingUpdateException exception) when (GivingUp.IsUnderWay(decision.State))
        {
            // While giving up: what failed first is what is told.
            reporter.Refused(decision, exception.Message, time.GetUtcNow());
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            return Refused(decision, exception, world);
        }

        return new Acted(Outcomes.NotReached(decision), AndThen.Rest);
    }

    private Acted Refused(Decision decision, InstanceException refusal, WorldObserver world)
    {
        if (decision.Act is Act.MarkInstance or Act.UnmarkInstance)
        {
            return new Acted(Outcomes.NotMarked(decision, refusal), NotMarked(refusal, world) ? AndThen.DoWithout : AndThen.Rest);
        }

        if (decision.Act is Act.ReleaseCapacity { Id: var id })
        {
            return new Acted(decision.State, NotReleased(id, refusal, world) ? AndThen.DoWithout : AndThen.Rest);
        }

        var refused = outcomes.Refused(decision, refusal, time.GetUtcNow(), IsLastStart(decision));
        if (refused.Current(decision.Node!).CapacityWaived is { } waived && decision.Node!.CapacityWaived is null)
        {
            world.MayNotReserve |= refusal.Kind is InstanceErrorKind.AccessDenied or InstanceErrorKind.Transient && settings.ReserveCapacity == CapacityPolicy.Auto;
            reporter.Notice($"{(world.MayNotReserve ? "The nodes are" : $"{decision.Node.NodeName} is")} updated without capacity being held: {waived}");
            return new Acted(refused, AndThen.DoWithout);
        }

        reporter.Refused(decision, refusal.Message, time.GetUtcNow());
        return new Acted(refused, AndThen.Rest);
    }

    /// <summary>Of a node that is given up nothing counts how often it is tried.</summary>
    private bool IsLastStart(Decision decision)
    {
        if (decision.Act is not Act.StartInstance || !GivingUp.IsUnderWay(decision.State))
        {
            return false;
        }

        lastStartsRefusedSince ??= time.GetUtcNow();
        return time.GetUtcNow() - lastStartsRefusedSince >= Pace.StoppingLasts;
    }

    /// <summary>A mark is a help, not a condition: without it the state file alone tells what was before.</summary>
    private bool NotMarked(InstanceException refusal, WorldObserver world)
    {
        marksRefused++;
        if (refusal.Kind is InstanceErrorKind.Transient or InstanceErrorKind.LookAgain && marksRefused < Attempts)
        {
            return false;
        }

        world.MayMark = false;
        reporter.Warn($"Instances are not marked: {refusal.Message} The roll goes on with the state file alone; other runs cannot see it.");
        return true;
    }

    private bool NotReleased(string id, InstanceException refusal, WorldObserver world)
    {
        releasesRefused++;
        if (refusal.Kind is InstanceErrorKind.Transient or InstanceErrorKind.LookAgain && releasesRefused < Attempts)
        {
            return false;
        }

        world.CannotRelease(id);
        reporter.Warn($"{refusal.Message} {id} is held, and paid for, until it ends by itself within six hours; cancel it by hand to end it before.");
        return true;
    }
}

/// <summary>What came of an act.</summary>
/// <param name="State">What is to be remembered.</param>
/// <param name="AndThen">How the roll goes on.</param>
internal sealed record Acted(ClusterUpdate State, AndThen AndThen);

/// <summary>How the roll goes on after an act.</summary>
internal enum AndThen
{
    /// <summary>It was done.</summary>
    GoOn,

    /// <summary>It was refused: the world rests a moment before it is looked at again.</summary>
    Rest,

    /// <summary>It was refused for good, and was only a help: what it was to help is done at once without it.</summary>
    DoWithout,
}
