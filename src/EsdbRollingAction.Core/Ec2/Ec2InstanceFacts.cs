using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Catalogue = System.Collections.Generic.IReadOnlyDictionary<string, EsdbRollingAction.Core.Ec2.InstanceTypeDetails>;
using Offerings = System.Collections.Generic.IReadOnlySet<(string Type, string Zone)>;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// Asks EC2 for what only the checks need: one call a kind, all at once. What fails and may pass is asked for again for half a
/// minute, since without the answer a check is left out; what is denied is not.
/// </summary>
public sealed class Ec2InstanceFacts(Ec2Calls ec2, IAutoScaling autoScaling, TimeProvider time) : IInstanceFacts
{
    /// <summary>For one attempt, the SDK's own repetitions included.</summary>
    private static readonly TimeSpan AttemptLasts = TimeSpan.FromSeconds(6);

    /// <inheritdoc/>
    public async Task<InstanceFacts> AskAsync(
        IReadOnlyList<Instance> instances, IReadOnlyCollection<string> targetTypes, CancellationToken cancellationToken)
    {
        var types = instances.Select(instance => instance.Type).Concat(targetTypes).Where(type => type.Length > 0).Distinct().ToList();
        var zones = instances.Select(instance => instance.Details.Zone).OfType<string>().Distinct().ToList();
        var grouped = instances.Where(instance => instance.Details.AutoScalingGroup is not null).ToList();

        var catalogue = AwsAnswer.OfAsync(() => CatalogueAsync(types, cancellationToken));
        var offerings = AwsAnswer.OfAsync(() => OfferingsAsync(types, zones, cancellationToken));
        var protections = Task.WhenAll(instances.Select(instance => ProtectionAsync(instance.Id, cancellationToken)));
        var events = EventsAsync([.. instances.Select(instance => instance.Id)], cancellationToken);
        var members = autoScaling.AskAsync(grouped, cancellationToken);
        await Task.WhenAll(catalogue, offerings, protections, events, members);
        return new InstanceFacts
        {
            Types = await catalogue,
            Offerings = await offerings,
            StopProtection = (await protections).ToDictionary(StringComparer.Ordinal),
            Events = await events,
            AutoScaling = await members,
        };
    }

    /// <inheritdoc/>
    public Task<AwsAnswer<IReadOnlyList<ScheduledEvent>>> EventsAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        AwsAnswer.OfAsync(() => ScheduledAsync([.. ids], cancellationToken));

    private async Task<Catalogue> CatalogueAsync(List<string> types, CancellationToken cancellationToken)
    {
        // A filter, not InstanceTypes: one name that is not known would fail the call for all of them.
        var describe = new DescribeInstanceTypesRequest { Filters = [new Filter("instance-type", types)] };
        var found = await Pages.ReadAsync(
            page =>
            {
                describe.NextToken = page;
                return AskAsync(
                    $"look up {string.Join(", ", types)}", describe, ec2.Client.DescribeInstanceTypesAsync, cancellationToken);
            },
            answer => ((answer.InstanceTypes ?? []).Select(InstanceTypeDetails.From), answer.NextToken));
        return found.DistinctBy(type => type.Name).ToDictionary(type => type.Name, StringComparer.Ordinal);
    }

    private async Task<Offerings> OfferingsAsync(List<string> types, List<string> zones, CancellationToken cancellationToken)
    {
        var describe = new DescribeInstanceTypeOfferingsRequest
        {
            LocationType = LocationType.AvailabilityZone,
            Filters = [new Filter("instance-type", types)],
        };
        if (zones.Count > 0)
        {
            describe.Filters.Add(new Filter("location", zones));
        }

        var offered = await Pages.ReadAsync(
            page =>
            {
                describe.NextToken = page;
                return AskAsync(
                    "look up where the instance types are offered",
                    describe,
                    ec2.Client.DescribeInstanceTypeOfferingsAsync,
                    cancellationToken);
            },
            answer => (answer.InstanceTypeOfferings ?? [], answer.NextToken));
        return offered
            .Where(offering => offering is { InstanceType.Value: not null, Location: not null })
            .Select(offering => (offering.InstanceType.Value, offering.Location))
            .ToHashSet();
    }

    private async Task<KeyValuePair<string, AwsAnswer<bool>>> ProtectionAsync(string id, CancellationToken cancellationToken)
    {
        var describe = new DescribeInstanceAttributeRequest { InstanceId = id, Attribute = InstanceAttributeName.DisableApiStop };
        var answer = await AwsAnswer.OfAsync(() => AskAsync(
            "look whether instances are protected against a stop",
            describe,
            ec2.Client.DescribeInstanceAttributeAsync,
            cancellationToken));
        return answer.Value?.InstanceAttribute?.DisableApiStop is { } isProtected
            ? new(id, AwsAnswer.As(isProtected))
            : new(id, AwsAnswer.Not<bool>(answer.Problem ?? Row.NotByEc2));
    }

    private async Task<IReadOnlyList<ScheduledEvent>> ScheduledAsync(List<string> ids, CancellationToken cancellationToken)
    {
        var describe = new DescribeInstanceStatusRequest { InstanceIds = ids, IncludeAllInstances = true };
        var answer = await AskAsync(
            "look what EC2 has scheduled for the instances", describe, ec2.Client.DescribeInstanceStatusAsync, cancellationToken);
        return
        [
            .. from status in answer.InstanceStatuses ?? []
               from scheduled in status.Events ?? []
               where !IsOver(scheduled)
               select new ScheduledEvent(
                   status.InstanceId, scheduled.Code?.Value ?? "event", scheduled.Description ?? "", UtcOf(scheduled.NotBefore))
               {
                   Until = UtcOf(scheduled.NotAfter ?? scheduled.NotBeforeDeadline),
               },
        ];
    }

    /// <summary>EC2 shows an event for a week after it was completed or cancelled, with that in front of its description.</summary>
    private static bool IsOver(InstanceStatusEvent scheduled) =>
        scheduled.Description?.StartsWith("[Completed]", StringComparison.Ordinal) == true
        || scheduled.Description?.StartsWith("[Canceled]", StringComparison.Ordinal) == true;

    private static DateTimeOffset? UtcOf(DateTime? time) => time is { } at ? new DateTimeOffset(at.ToUniversalTime()) : null;

    private Task<TAnswer> AskAsync<TAsked, TAnswer>(
        string sentence, TAsked request, Func<TAsked, CancellationToken, Task<TAnswer>> send, CancellationToken cancellationToken)
        where TAsked : AmazonWebServiceRequest
        where TAnswer : AmazonWebServiceResponse => Patiently.AskAsync(
            async () =>
            {
                using var attempt = new CancellationTokenSource(AttemptLasts, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, cancellationToken);
                return await ec2.AskAsync(sentence, request, (asked, _) => send(asked, either.Token), cancellationToken);
            },
            time,
            cancellationToken);
}
