using System.Text.Json;
using System.Xml;
using Amazon.Runtime;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public class PlainWordsTests
{
    public static TheoryData<Exception, string> Thrown() => new()
    {
        { new TaskCanceledException(), "no answer in time" },
        { new TimeoutException(), "no answer in time" },
        { new AmazonClientException("No credentials. \n\nException 1 of 4: System.InvalidOperationException: none\n at Amazon.Runtime"), "No credentials" },
        { new HttpRequestException("Connection refused (127.0.0.1:9)"), "Connection refused (127.0.0.1:9)" },
    };

    public static TheoryData<Exception, string> ThrownByReaders() => new()
    {
        { new XmlException(), "it is not understood" },
        { new JsonException(), "it is not understood" },
        { new FormatException("Input string was not in a correct format."), "it is not understood" },
        { new InvalidCastException(), "it is not understood" },
    };

    [Theory]
    [MemberData(nameof(Thrown), DisableDiscoveryEnumeration = true)]
    public void What_is_thrown_is_said_in_plain_words(Exception thrown, string said)
    {
        Assert.Equal(said, PlainWords.Said(thrown));
        FrameworkWords.AssertNoneIn(PlainWords.Said(thrown));
    }

    [Theory]
    [MemberData(nameof(Thrown), DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(ThrownByReaders), DisableDiscoveryEnumeration = true)]
    public void So_is_what_a_call_throws(Exception thrown, string said)
    {
        var translated = AwsErrors.Translate(thrown, new AwsRequest("EC2", "ec2:DescribeInstances", "look at i-1"));

        Assert.Contains(said, translated!.Message, StringComparison.OrdinalIgnoreCase);
        FrameworkWords.AssertNoneIn(translated.Message);
    }
}
