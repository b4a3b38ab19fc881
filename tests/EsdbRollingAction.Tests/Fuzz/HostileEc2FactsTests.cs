using System.Net;
using CsCheck;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Tests.Ec2;

namespace EsdbRollingAction.Tests.Fuzz;

/// <summary>What only the checks and held capacity need: whatever EC2 answers, it is told, not told, or the one exception.</summary>
public sealed class HostileEc2FactsTests : IDisposable
{
    private static readonly Instance Running = new("i-1", InstanceState.Running, "t2.large", "a", [], null, [])
    {
        Details = new InstanceDetails { Zone = "eu-west-1a" },
    };

    private static readonly byte[] Error =
        "<Response><Errors><Error><Code>InvalidInstanceType</Code><Message>No such type.</Message></Error></Errors><RequestID>7a62c49f</RequestID></Response>"u8.ToArray();

    private static readonly Gen<HttpStatusCode> Status =
        Gen.OneOf(HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.ServiceUnavailable);

    private readonly ToldAnswers ec2 = new();

    public void Dispose() => ec2.Dispose();

    [Fact]
    public void Types_offerings_and_stop_protection_are_told_or_not_told() => Gen
        .Select(AnswersLike("""
            <DescribeInstanceTypesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>8f77</requestId><instanceTypeSet><item><instanceType>t2.xlarge</instanceType>
            <hypervisor>xen</hypervisor><instanceStorageSupported>false</instanceStorageSupported><processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo>
            <supportedVirtualizationTypes><item>hvm</item></supportedVirtualizationTypes><supportedBootModes><item>uefi</item></supportedBootModes><vCpuInfo><defaultVCpus>4</defaultVCpus></vCpuInfo>
            <memoryInfo><sizeInMiB>16384</sizeInMiB></memoryInfo><ebsInfo><ebsOptimizedSupport>default</ebsOptimizedSupport><nvmeSupport>required</nvmeSupport></ebsInfo>
            <networkInfo><maximumNetworkInterfaces>4</maximumNetworkInterfaces><enaSupport>required</enaSupport></networkInfo></item></instanceTypeSet></DescribeInstanceTypesResponse>
            """u8),
            AnswersLike("""
            <DescribeInstanceTypeOfferingsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>8f77</requestId><instanceTypeOfferingSet><item>
            <instanceType>t2.xlarge</instanceType><locationType>availability-zone</locationType><location>eu-west-1a</location></item></instanceTypeOfferingSet></DescribeInstanceTypeOfferingsResponse>
            """u8),
            AnswersLike("""
            <DescribeInstanceAttributeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>8f77</requestId>
            <instanceId>i-1</instanceId><disableApiStop><value>true</value></disableApiStop></DescribeInstanceAttributeResponse>
            """u8),
            AnswersLike("""
            <DescribeInstanceStatusResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>8f77</requestId><instanceStatusSet><item><instanceId>i-1</instanceId>
            <eventsSet><item><code>system-reboot</code><description>Reboot</description><notBefore>2026-12-01T06:00:00.000Z</notBefore></item></eventsSet></item></instanceStatusSet>
            </DescribeInstanceStatusResponse>
            """u8))
        .Sample(
            (types, offerings, protection, events) => Use(
                action => action switch
                {
                    "Action=DescribeInstanceTypes" => types,
                    "Action=DescribeInstanceTypeOfferings" => offerings,
                    "Action=DescribeInstanceStatus" => events,
                    _ => protection,
                },
                () => new Ec2InstanceFacts(new Ec2Calls(ec2.Client), new NoAutoScaling(), new Hasty()).AskAsync([Running], ["t2.xlarge"], CancellationToken.None),
                refusal => refusal.IsAboutCredentials),
            iter: Mutation.Cases);

    [Fact]
    public void Held_capacity_is_understood_or_becomes_an_instance_exception() => AnswersLike("""
            <DescribeCapacityReservationsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>8f77</requestId><capacityReservationSet><item>
            <capacityReservationId>cr-1</capacityReservationId><instanceType>t2.xlarge</instanceType><availabilityZone>eu-west-1a</availabilityZone><totalInstanceCount>1</totalInstanceCount>
            <availableInstanceCount>1</availableInstanceCount><state>active</state><endDate>2026-01-01T03:00:00.000Z</endDate><tagSet><item><key>esdb-rolling-update</key><value>i-1</value></item></tagSet>
            </item></capacityReservationSet></DescribeCapacityReservationsResponse>
            """u8)
        .Sample(
            answer => Use(_ => answer, () => new Ec2Capacity(new Ec2Calls(ec2.Client)).FindAsync(["i-1"], CancellationToken.None), _ => true),
            iter: Mutation.Cases);

    private static Gen<(byte[] Body, HttpStatusCode Status)> AnswersLike(ReadOnlySpan<byte> seed) => Gen.Select(Mutation.Of(seed.ToArray(), Error), Status);

    private void Use(Func<string, (byte[] Body, HttpStatusCode Status)> answer, Func<Task> use, Func<InstanceException, bool> isExpected)
    {
        ec2.Answer.Value = answer;
        try
        {
            use().GetAwaiter().GetResult();
        }
        catch (InstanceException refusal) when (isExpected(refusal))
        {
            ToldAnswers.AssertNoKeyIn(refusal);
        }
    }

    /// <summary>A clock on which every half minute of patience is over at the second look.</summary>
    private sealed class Hasty : TimeProvider
    {
        private int looks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMinutes(Interlocked.Increment(ref looks) * 100);
    }
}
