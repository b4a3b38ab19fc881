using System.Net;
using System.Net.Sockets;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Cluster;

public class NodeProtocolTests
{
    /// <summary>Whichever of the two is first.</summary>
    private const int Often = 200;

    [Fact]
    public async Task A_node_that_resets_the_connection_while_the_run_is_cancelled_is_no_defect_of_the_program()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var node = new NodeEndpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        for (var time = 0; time < Often; time++)
        {
            using var signal = new CancellationTokenSource();
            var serving = ResetAsync(listener, signal);

            var advice = await Record.ExceptionAsync(() => NodeProtocol.AdviceAsync(node, tls: false, signal.Token));

            await serving;
            Assert.True(advice is null or OperationCanceledException, $"{advice}");
        }
    }

    private static async Task ResetAsync(TcpListener listener, CancellationTokenSource signal)
    {
        using var client = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();
        await signal.CancelAsync();
    }
}
