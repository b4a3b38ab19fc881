using System.Net;
using System.Xml;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// Two questions to Auto Scaling (version 2011-01-01), asked only when an instance carries the tag of a group. For so little the
/// service's own SDK would be a large part of the program.
/// </summary>
public sealed class AutoScalingApi : IAutoScaling, IDisposable
{
    private const int LongestAnswer = 1024 * 1024;

    /// <summary>Answer, result, list: then its entries, which have lists with entries of their own.</summary>
    private const int EntryDepth = 3;

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

    private async Task<List<Field>> PostAsync(AutoScalingEndpoint endpoint, string form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address);
        var keys = await endpoint.Credentials.GetCredentialsAsync();
        new SignatureV4(endpoint.Region, "autoscaling").Sign(request, form, keys, time.GetUtcNow());
        using var answer = await http.SendAsync(request, cancellationToken);
        var fields = FieldsOf(await answer.Content.ReadAsStringAsync(cancellationToken));
        return answer.StatusCode is HttpStatusCode.OK
            ? fields
            : throw new HttpRequestException($"it answered {Text(fields, "Code") ?? $"HTTP {(int)answer.StatusCode}"}");
    }

    private static AwsAnswer<AutoScalingMember> MemberOf(string instanceId, List<Field> members, List<Field> groups)
    {
        var member = Entry(members, "InstanceId", instanceId);
        var group = Entry(groups, "AutoScalingGroupName", Text(member, "AutoScalingGroupName"));
        if (group.Count == 0 || Text(member, "LifecycleState") is not { } state)
        {
            return AwsAnswer.Not<AutoScalingMember>("Auto Scaling does not list it");
        }

        var suspended = group.FindAll(field => field.Name == "ProcessName");
        return AwsAnswer.As(new AutoScalingMember(state, [.. suspended.Select(process => process.Value)]));
    }

    /// <summary>The fields of an answer; documents and their writers, which XElement needs, would be 2 % of the program.</summary>
    private static List<Field> FieldsOf(string answer)
    {
        using var xml = XmlReader.Create(new StringReader(answer));
        var (fields, entry, name) = (new List<Field>(), 0, "");
        while (xml.Read())
        {
            if (xml.NodeType is XmlNodeType.Element)
            {
                name = xml.LocalName;
                entry += name == "member" && xml.Depth == EntryDepth ? 1 : 0;
            }
            else if (xml.NodeType is XmlNodeType.Text)
            {
                fields.Add(new Field(entry, name, xml.Value));
            }
        }

        return fields;
    }

    /// <summary>The fields of the entry in which this one has the value.</summary>
    private static List<Field> Entry(List<Field> answer, string name, string? value)
    {
        var found = answer.Find(field => field.Name == name && field.Value == value);
        return answer.FindAll(field => field.Entry == found?.Entry);
    }

    private static string? Text(List<Field> fields, string name) => fields.Find(field => field.Name == name)?.Value;

    private sealed record Field(int Entry, string Name, string Value);
}
