using System.Net;
using CsCheck;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Fuzz;

/// <summary>Whatever answers in the place of EC2, it is understood or becomes the one exception that says so.</summary>
public sealed class HostileEc2Tests : IDisposable
{
    private static readonly byte[] Instances = """
        <?xml version="1.0" encoding="UTF-8"?>
        <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>8f7724cf-496f-496e-8fe3-example</requestId><reservationSet><item>
        <reservationId>r-1</reservationId><instancesSet><item><instanceId>i-017bbfe8345fcf55e</instanceId><imageId>ami-1</imageId>
        <instanceState><code>16</code><name>running</name></instanceState><privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName><dnsName/>
        <instanceType>t2.large</instanceType><launchTime>2026-01-01T03:00:00.000Z</launchTime><placement><availabilityZone>eu-west-1a</availabilityZone><tenancy>default</tenancy></placement>
        <privateIpAddress>10.0.0.1</privateIpAddress><ipAddress>54.1.2.3</ipAddress><architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType>
        <blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-1</volumeId></ebs></item></blockDeviceMapping>
        <tagSet><item><key>Name</key><value>test-node</value></item><item><key>esdb-rolling-update</key><value>run=a node=10.0.0.1:2113</value></item></tagSet>
        <networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><privateIpAddressesSet><item><privateIpAddress>10.0.0.1</privateIpAddress></item></privateIpAddressesSet></item></networkInterfaceSet>
        <ebsOptimized>false</ebsOptimized><enaSupport>true</enaSupport></item></instancesSet></item></reservationSet></DescribeInstancesResponse>
        """u8.ToArray();

    private static readonly byte[] Error =
        "<Response><Errors><Error><Code>IncorrectInstanceState</Code><Message>The instance is not stopped.</Message></Error></Errors><RequestID>7a62c49f</RequestID></Response>"u8.ToArray();

    private static readonly Gen<(byte[] Body, HttpStatusCode Status)> Answers =
        Gen.Select(Mutation.Of(Instances, Error), Gen.OneOf(HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.ServiceUnavailable, HttpStatusCode.Forbidden));

    private readonly ToldAnswers ec2 = new();

    public void Dispose() => ec2.Dispose();

    [Fact]
    public void Instances_are_understood_or_become_an_instance_exception_without_the_key() => Answers.Sample(
        answer =>
        {
            var (body, status) = answer;
            ec2.Answer.Value = _ => (body, status);
            try
            {
                new Ec2Instances(new Ec2Calls(ec2.Client)).FindAsync([], CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (InstanceException exception)
            {
                ToldAnswers.AssertNoKeyIn(exception);
            }
        },
        iter: Mutation.Cases);
}
