using System.Net;
using System.Net.Sockets;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class SentOnceTests : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private int connections;

    public SentOnceTests()
    {
        listener.Start();
        _ = CloseAllAsync();
    }

    public void Dispose() => listener.Dispose();

    [Fact]
    public async Task What_is_to_be_sent_once_is_not_sent_again_when_the_connection_is_closed_without_an_answer()
    {
        var configuration = Ec2Client.Configuration("eu-west-1", repeats: false);
        configuration.ServiceURL = $"http://{listener.LocalEndpoint}/";
        using var client = new AmazonEC2Client(new BasicAWSCredentials("any", "any"), configuration);

        await Assert.ThrowsAnyAsync<Exception>(
            () => client.StopInstancesAsync(new StopInstancesRequest(["i-1"]), TestContext.Current.CancellationToken));

        Assert.Equal(1, connections);
    }

    [Fact]
    public void The_client_that_stops_instances_is_such_a_one()
    {
        using var client = (AmazonEC2Client)Ec2Client.Create("eu-west-1", new BasicAWSCredentials("any", "any"), repeats: false);

        Assert.Equal((0, 0), (client.Config.MaxErrorRetry, client.Config.MaxStaleConnectionRetries));
    }

    private async Task CloseAllAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync();
                await connection.GetStream().ReadExactlyAsync(new byte[16]);
                Interlocked.Increment(ref connections);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
