using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// Two questions to Auto Scaling (version 2011-01-01), asked only when an instance carries the tag of a group. For so little the
/// service's own SDK would be a large part of the program.
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
    public AutoScalingApi(string? region, AWSCredentials credentials, TimeProvider time)
        : this(() => AutoScalingEndpoint.Find(Ec2Client.Configuration(region), credentials, Environment.GetEnvironmentVariable), time)
    {
    }

    internal AutoScalingApi(Func<AutoScalingEndpoint?> find, TimeProvider time) => (this.find, this.time) = (find, time);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, AwsAnswer<AutoScalingMember>>> AskAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        if (instances.Count == 0)
        {
            return new Dictionary<string, AwsAnswer<AutoScalingMember>>();
        }

        string why;
        try
        {
            return await LookAsync(instances, cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            why = "Auto Scaling did not answer in time";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or XmlException or AmazonClientException)
        {
            why = $"Auto Scaling could not be asked ({Sentence.Clause(AwsConnection.Describe(e))})";
        }

        return instances.ToDictionary(instance => instance.Id, _ => AwsAnswer.Not<AutoScalingMember>(why));
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<Dictionary<string, AwsAnswer<AutoScalingMember>>> LookAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        var endpoint = find() ?? throw new HttpRequestException("its endpoint is not known");
        var ids = instances.Select(instance => instance.Id);
        var names = instances.Select(instance => instance.Details.AutoScalingGroup).OfType<string>().Distinct();
        var members = await PostAsync(
            endpoint, $"Action=DescribeAutoScalingInstances{List("InstanceIds", ids)}", cancellationToken);
        var groups = await PostAsync(
            endpoint, $"Action=DescribeAutoScalingGroups{List("AutoScalingGroupNames", names)}", cancellationToken);
        return instances.ToDictionary(instance => instance.Id, instance => MemberOf(instance.Id, members, groups));
    }

    private static string List(string name, IEnumerable<string> values)
    {
        var fields = values.Select((value, index) => $"&{name}.member.{index + 1}={Uri.EscapeDataString(value)}");
        return $"&Version=2011-01-01{string.Concat(fields)}";
    }

    private async Task<XElement> PostAsync(AutoScalingEndpoint endpoint, string form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address);
        var keys = await endpoint.Credentials.GetCredentialsAsync();
        new SignatureV4(endpoint.Region, "autoscaling").Sign(request, form, keys, time.GetUtcNow());
        using var answer = await http.SendAsync(request, cancellationToken);
        var xml = XElement.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        return answer.StatusCode is HttpStatusCode.OK
            ? xml
            : throw new HttpRequestException($"it answered {Text(xml, "Code") ?? $"HTTP {(int)answer.StatusCode}"}");
    }

    private static AwsAnswer<AutoScalingMember> MemberOf(string instanceId, XElement members, XElement groups)
    {
        var member = Entry(members, "InstanceId", instanceId);
        var group = Entry(groups, "AutoScalingGroupName", Text(member, "AutoScalingGroupName"));
        if (group is null || Text(member, "LifecycleState") is not { } state)
        {
            return AwsAnswer.Not<AutoScalingMember>("Auto Scaling does not list it");
        }

        var suspended = Named(group, "ProcessName").Select(process => process.Value);
        return AwsAnswer.As(new AutoScalingMember(state, [.. suspended]));
    }

    /// <summary>The entry of a list whose field has the value.</summary>
    private static XElement? Entry(XElement answer, string field, string? value) =>
        Named(answer, field).FirstOrDefault(element => element.Value == value)?.Parent;

    private static string? Text(XElement? entry, string field) => entry is null ? null : Named(entry, field).FirstOrDefault()?.Value;

    private static IEnumerable<XElement> Named(XElement parent, string name) =>
        parent.Descendants().Where(element => element.Name.LocalName == name);
}
