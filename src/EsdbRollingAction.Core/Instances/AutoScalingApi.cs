using System.Net;
using System.Xml;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>
/// Two questions to Auto Scaling, asked only when an instance carries the tag of a group. For so little the service's own SDK
/// would be a large part of the program.
/// </summary>
public sealed class AutoScalingApi : IAutoScaling, IDisposable
{
    private const int LongestAnswer = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly Func<AutoScalingEndpoint?> find;
    private readonly TimeProvider time;
    private readonly HttpClient http = new(BoundedHttp.Connections, disposeHandler: false)
    {
        MaxResponseContentBufferSize = LongestAnswer,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Nothing is sent before there is a question.</summary>
    /// <param name="region">Region, or null or empty for the SDK's own.</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="time">The clock.</param>
    public AutoScalingApi(string? region, AWSCredentials credentials, TimeProvider time)
        : this(() => AutoScalingEndpoint.Find(Ec2Client.Configuration(region), credentials, Environment.GetEnvironmentVariable), time)
    {
    }

    internal AutoScalingApi(Func<AutoScalingEndpoint?> find, TimeProvider time) => (this.find, this.time) = (find, time);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, Told<AutoScalingMember>>> AskAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        if (instances.Count == 0)
        {
            return new Dictionary<string, Told<AutoScalingMember>>();
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await LookAsync(instances, either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException or XmlException or AmazonClientException)
        {
            var why = e is OperationCanceledException
                ? "Auto Scaling did not answer in time"
                : $"Auto Scaling could not be asked ({Sentence.Clause(AwsConnection.Describe(e))})";
            return instances.ToDictionary(instance => instance.Id, _ => Told.Not<AutoScalingMember>(why));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<Dictionary<string, Told<AutoScalingMember>>> LookAsync(IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        var endpoint = find() ?? throw new HttpRequestException("its endpoint is not known");
        var members = AutoScalingAnswers.Instances(
            await PostAsync(endpoint, "DescribeAutoScalingInstances", "InstanceIds", instances.Select(instance => instance.Id), cancellationToken));
        var groups = AutoScalingAnswers.SuspendedProcesses(await PostAsync(
            endpoint, "DescribeAutoScalingGroups", "AutoScalingGroupNames", instances.Select(instance => instance.Details.AutoScalingGroup).OfType<string>().Distinct(), cancellationToken));
        return instances.ToDictionary(
            instance => instance.Id,
            instance => members.TryGetValue(instance.Id, out var member) && groups.TryGetValue(member.Group, out var suspended)
                ? Told.As(new AutoScalingMember(member.State, suspended))
                : Told.Not<AutoScalingMember>("Auto Scaling does not list it"));
    }

    private async Task<string> PostAsync(
        AutoScalingEndpoint endpoint, string action, string list, IEnumerable<string> values, CancellationToken cancellationToken)
    {
        var fields = values.Select((value, index) => $"&{list}.member.{index + 1}={Uri.EscapeDataString(value)}");
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address);
        new SignatureV4(endpoint.Region, "autoscaling").Sign(
            request, $"Action={action}&Version=2011-01-01{string.Concat(fields)}", await endpoint.Credentials.GetCredentialsAsync(), time.GetUtcNow());
        using var answer = await http.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK
            ? text
            : throw new HttpRequestException($"{action} was answered with {AutoScalingAnswers.ErrorCode(text) ?? $"HTTP {(int)answer.StatusCode}"}");
    }
}
