using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>
/// Asks EC2 for what only the checks need: one call a kind, all at once. What fails and may pass is asked for again for half a
/// minute, since without the answer a check is left out; what is denied is not.
/// </summary>
/// <param name="ec2">How EC2 is asked.</param>
/// <param name="autoScaling">Who is asked about the groups of instances that carry the tag of one.</param>
/// <param name="time">The clock.</param>
public sealed class Ec2InstanceFacts(Ec2Calls ec2, IAutoScaling autoScaling, TimeProvider time) : IInstanceFacts
{
    /// <summary>For one attempt, the SDK's own repetitions included.</summary>
    private static readonly TimeSpan AttemptLasts = TimeSpan.FromSeconds(6);

    /// <inheritdoc/>
    public async Task<InstanceFacts> AskAsync(
        IReadOnlyList<Instance> instances, IReadOnlyCollection<string> targetTypes, CancellationToken cancellationToken)
    {
        List<string> types = [.. instances.Select(instance => instance.Type).Concat(targetTypes).Where(type => type.Length > 0).Distinct(StringComparer.Ordinal)];
        List<string> zones = [.. instances.Select(instance => instance.Details.Zone).OfType<string>().Distinct(StringComparer.Ordinal)];
        var catalogue = TypesAsync(types, cancellationToken);
        var offerings = OfferingsAsync(types, zones, cancellationToken);
        var protections = Task.WhenAll(instances.Select(instance => StopProtectionAsync(instance.Id, cancellationToken)));
        var members = autoScaling.AskAsync([.. instances.Where(instance => instance.Details.AutoScalingGroup is not null)], cancellationToken);
        await Task.WhenAll(catalogue, offerings, protections, members);
        return new InstanceFacts
        {
            Types = await catalogue,
            Offerings = await offerings,
            StopProtection = instances.Zip(await protections).ToDictionary(pair => pair.First.Id, pair => pair.Second, StringComparer.Ordinal),
            AutoScaling = await members,
        };
    }

    /// <summary>One name that is not known makes EC2 refuse all of them: then each is asked for alone.</summary>
    private Task<Told<IReadOnlyDictionary<string, InstanceTypeDetails>>> TypesAsync(List<string> types, CancellationToken cancellationToken) =>
        ToldAsync(async () => Told.As<IReadOnlyDictionary<string, InstanceTypeDetails>>(await CatalogueAsync(types, cancellationToken)));

    private async Task<Dictionary<string, InstanceTypeDetails>> CatalogueAsync(List<string> types, CancellationToken cancellationToken)
    {
        try
        {
            var request = new Ec2Request("DescribeInstanceTypes", $"look up {string.Join(", ", types)}");
            var found = await Pages.ReadAsync(
                request,
                page => AskAsync(
                    request,
                    token => ec2.Client.DescribeInstanceTypesAsync(new DescribeInstanceTypesRequest { InstanceTypes = types, NextToken = page }, token),
                    cancellationToken),
                answer => ((answer.InstanceTypes ?? []).Select(InstanceTypeMapping.Map), answer.NextToken));
            return found.DistinctBy(type => type.Name).ToDictionary(type => type.Name, StringComparer.Ordinal);
        }
        catch (InstanceException e) when (e.Code is "InvalidInstanceType" or "InvalidParameterValue")
        {
            var known = new Dictionary<string, InstanceTypeDetails>(StringComparer.Ordinal);
            foreach (var type in types.Count > 1 ? types : [])
            {
                foreach (var (name, details) in await CatalogueAsync([type], cancellationToken))
                {
                    known.TryAdd(name, details);
                }
            }

            return known;
        }
    }

    private Task<Told<IReadOnlySet<(string Type, string Zone)>>> OfferingsAsync(List<string> types, List<string> zones, CancellationToken cancellationToken) => ToldAsync(async () =>
    {
        var request = new Ec2Request("DescribeInstanceTypeOfferings", "look up where the instance types are offered");
        var offered = await Pages.ReadAsync(
            request,
            page => AskAsync(
                request,
                token => ec2.Client.DescribeInstanceTypeOfferingsAsync(
                    new DescribeInstanceTypeOfferingsRequest
                    {
                        LocationType = LocationType.AvailabilityZone,
                        Filters = [new Filter("instance-type", types), .. zones.Count > 0 ? new Filter[] { new("location", zones) } : []],
                        NextToken = page,
                    },
                    token),
                cancellationToken),
            answer => (answer.InstanceTypeOfferings ?? [], answer.NextToken));
        return Told.As<IReadOnlySet<(string Type, string Zone)>>(offered
            .Where(offering => offering.InstanceType?.Value is not null && offering.Location is not null)
            .Select(offering => (offering.InstanceType.Value, offering.Location))
            .ToHashSet());
    });

    private Task<Told<bool>> StopProtectionAsync(string id, CancellationToken cancellationToken) => ToldAsync(async () =>
    {
        var answer = await AskAsync(
            new Ec2Request("DescribeInstanceAttribute", "look whether instances are protected against a stop"),
            token => ec2.Client.DescribeInstanceAttributeAsync(
                new DescribeInstanceAttributeRequest { InstanceId = id, Attribute = InstanceAttributeName.DisableApiStop }, token),
            cancellationToken);
        return answer.InstanceAttribute?.DisableApiStop is { } isProtected ? Told.As(isProtected) : Told.Not<bool>(Told.NotByEc2);
    });

    private static async Task<Told<T>> ToldAsync<T>(Func<Task<Told<T>>> ask)
    {
        try
        {
            return await ask();
        }
        catch (InstanceException e) when (!e.IsAboutCredentials)
        {
            return Told.Not<T>(e.Message);
        }
    }

    private Task<TAnswer> AskAsync<TAnswer>(Ec2Request request, Func<CancellationToken, Task<TAnswer>> ask, CancellationToken cancellationToken)
        where TAnswer : AmazonWebServiceResponse => Patiently.AskAsync(
            async () =>
            {
                using var attempt = new CancellationTokenSource(AttemptLasts, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, cancellationToken);
                return await ec2.AskAsync(request, () => ask(either.Token), cancellationToken);
            },
            time,
            cancellationToken);
}
