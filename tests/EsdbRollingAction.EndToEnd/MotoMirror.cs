using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Sandbox.Moto;

namespace EsdbRollingAction.EndToEnd;

/// <summary>Instances in moto for the sandbox's nodes: what happens to an instance there happens to the node here.</summary>
internal sealed class MotoMirror : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);
    private readonly EsdbRollingAction.Sandbox.Sandbox sandbox;
    private readonly AmazonEC2Client client;
    private readonly Dictionary<string, string> sandboxIds = [];
    private readonly CancellationTokenSource ending = new();
    private Task mirroring = Task.CompletedTask;

    private MotoMirror(EsdbRollingAction.Sandbox.Sandbox sandbox, MotoServer moto)
    {
        this.sandbox = sandbox;
        client = new AmazonEC2Client(
            new BasicAWSCredentials("test", "test"),
            new AmazonEC2Config { ServiceURL = moto.Address.ToString(), AuthenticationRegion = "eu-west-1" });
    }

    public static async Task<MotoMirror> StartAsync(EsdbRollingAction.Sandbox.Sandbox sandbox, SandboxOptions options, MotoServer moto)
    {
        var mirror = new MotoMirror(sandbox, moto);
        var image = (await mirror.client.DescribeImagesAsync(new DescribeImagesRequest())).Images[0].ImageId;
        foreach (var (node, url) in options.Nodes.Zip(sandbox.NodeUrls))
        {
            var run = await mirror.client.RunInstancesAsync(new RunInstancesRequest
            {
                ImageId = image,
                InstanceType = options.InstanceType,
                MinCount = 1,
                MaxCount = 1,
                TagSpecifications = [new TagSpecification { ResourceType = ResourceType.Instance, Tags = [new Tag("Name", url.Host)] }],
            });
            mirror.sandboxIds[run.Reservation.Instances[0].InstanceId] = node.InstanceId;
        }

        mirror.mirroring = mirror.MirrorAsync();
        return mirror;
    }

    /// <summary>Every instance's type and state in moto.</summary>
    public async Task<IReadOnlyList<(string Type, string State)>> TruthAsync() =>
        [.. (await LookAsync()).Select(instance => (instance.InstanceType.Value, instance.State.Name.Value))];

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await mirroring;
        client.Dispose();
        ending.Dispose();
    }

    private async Task MirrorAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            foreach (var instance in await LookAsync())
            {
                Mirror(instance, sandbox.Ec2.Truth.Single(truth => truth.Id == sandboxIds[instance.InstanceId]));
            }

            // Without a pause moto would answer nobody else.
            await Task.Delay(BetweenLooks, TimeProvider.System, CancellationToken.None);
        }
    }

    private void Mirror(Instance instance, Ec2Instance truth)
    {
        switch (instance.State.Name.Value, truth.State)
        {
            // There it stops at once, and may run again, as another type, before it is looked at.
            case ("stopped", Ec2State.Running):
            case ("running", Ec2State.Running) when instance.InstanceType.Value != truth.Type:
                sandbox.Ec2.Stop(truth.Id);
                break;
            case ("running", Ec2State.Stopped) when instance.InstanceType.Value != truth.Type:
                sandbox.Ec2.ChangeType(truth.Id, instance.InstanceType.Value);
                sandbox.Ec2.Start(truth.Id);
                break;
        }
    }

    private async Task<IEnumerable<Instance>> LookAsync() =>
        (await client.DescribeInstancesAsync(new DescribeInstancesRequest { InstanceIds = [.. sandboxIds.Keys] }))
        .Reservations.SelectMany(reservation => reservation.Instances);
}
