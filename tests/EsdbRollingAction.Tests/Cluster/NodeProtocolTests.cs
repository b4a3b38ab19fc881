using System.Net;
using System.Net.Sockets;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Cluster;

public sealed class NodeProtocolTests : IDisposable
{
    /// <summary>Whichever of the two is first.</summary>
    private const int Often = 200;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private CancellationTokenSource signal = new();

    public void Dispose()
    {
        listener.Dispose();
        signal.Dispose();
    }

    [Fact]
    public async Task A_node_that_resets_the_connection_while_the_run_is_cancelled_is_no_defect_of_the_program()
    {
        listener.Start();
        var node = new NodeEndpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        for (var time = 0; time < Often; time++)
        {
            signal.Dispose();
            signal = new CancellationTokenSource();
            var serving = ResetAsync();

            var advice = await Record.ExceptionAsync(() => NodeProtocol.AdviceAsync(node, tls: false, signal.Token));

            await serving;
            Assert.True(advice is null or OperationCanceledException, $"{advice}");
        }
    }

    private async Task ResetAsync()
    {
        using var client = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();
        await signal.CancelAsync();
    }
}
