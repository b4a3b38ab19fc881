using System.Net;
using Amazon.EC2;
using Amazon.Runtime;
using CsCheck;
using EsdbRollingAction.Core.Instances;

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

    private readonly OneAnswer http = new();
    private readonly AmazonEC2Client client;

    public HostileEc2Tests()
    {
        var configuration = Ec2Client.Configuration("eu-west-1");
        configuration.ServiceURL = "http://127.0.0.1:9";
        configuration.MaxErrorRetry = 0;
        configuration.HttpClientFactory = http;
        client = new AmazonEC2Client(new BasicAWSCredentials("AKIDEXAMPLE", "a-secret-key-that-is-long"), configuration);
    }

    public void Dispose()
    {
        client.Dispose();
        http.Dispose();
    }

    [Fact]
    public void Instances_are_understood_or_become_an_instance_exception_without_the_key() => Answers.Sample(
        answer =>
        {
            var (body, status) = answer;
            http.Answer.Value = (body, status);
            try
            {
                new Ec2Instances(new Ec2Calls(client)).FindAsync([], CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (InstanceException exception)
            {
                Assert.DoesNotContain("a-secret-key", exception.ToString(), StringComparison.Ordinal);
            }
        },
        iter: Mutation.Cases);

    /// <summary>Answers every request of one thread with what that thread was told.</summary>
    private sealed class OneAnswer : HttpClientFactory, IDisposable
    {
        private readonly Handler handler;
        private readonly HttpClient http;

        public OneAnswer()
        {
            handler = new Handler(Answer);
            http = new HttpClient(handler, disposeHandler: false);
        }

        public AsyncLocal<(byte[] Body, HttpStatusCode Status)> Answer { get; } = new();

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        public void Dispose()
        {
            http.Dispose();
            handler.Dispose();
        }

        private sealed class Handler(AsyncLocal<(byte[] Body, HttpStatusCode Status)> answer) : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(
                new HttpResponseMessage(answer.Value.Status) { Content = new ByteArrayContent(answer.Value.Body), RequestMessage = request });
        }
    }
}
