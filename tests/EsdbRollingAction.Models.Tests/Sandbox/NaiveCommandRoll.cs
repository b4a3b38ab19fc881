using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>The roll of a command that must not be: what everybody does who has only Systems Manager to look at.</summary>
internal sealed class NaiveCommandRoll(EsdbRollingAction.Sandbox.Sandbox sandbox) : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private readonly AmazonSimpleSystemsManagementClient ssm = new(
        new BasicAWSCredentials("any", "any"),
        new AmazonSimpleSystemsManagementConfig { ServiceURL = sandbox.SsmUrl.ToString(), AuthenticationRegion = "eu-west-1" });

    public void Dispose() => ssm.Dispose();

    /// <summary>One command for all of them.</summary>
    public async Task SendToAllAsync(CancellationToken cancellationToken) =>
        await SendAsync(await AllAsync(cancellationToken), cancellationToken);

    /// <summary>The next node as soon as the command has succeeded on the one before.</summary>
    public async Task SendOneByOneAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await AllAsync(cancellationToken))
        {
            var command = await SendAsync([id], cancellationToken);
            while (!await HasSucceededAsync(command, id, cancellationToken))
            {
                await Task.Delay(Glance, TimeProvider.System, cancellationToken);
            }
        }
    }

    private async Task<List<string>> AllAsync(CancellationToken cancellationToken)
    {
        var found = await ssm.DescribeInstanceInformationAsync(new DescribeInstanceInformationRequest(), cancellationToken);
        return [.. found.InstanceInformationList.Select(agent => agent.InstanceId)];
    }

    private async Task<string> SendAsync(List<string> ids, CancellationToken cancellationToken)
    {
        var request = new SendCommandRequest("AWS-RunShellScript", ids)
        {
            Parameters = new Dictionary<string, List<string>> { ["commands"] = ["systemctl restart kurrentdb"] },
        };
        return (await ssm.SendCommandAsync(request, cancellationToken)).Command.CommandId;
    }

    private async Task<bool> HasSucceededAsync(string command, string id, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetCommandInvocationRequest { CommandId = command, InstanceId = id };
            return (await ssm.GetCommandInvocationAsync(request, cancellationToken)).Status == CommandInvocationStatus.Success;
        }
        catch (InvocationDoesNotExistException)
        {
            return false;
        }
    }
}
