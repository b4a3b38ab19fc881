using System.Net.Sockets;
using System.Security.Authentication;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests;

/// <summary>No text that the program puts together ends in two full stops, or runs into the next one.</summary>
public class SentenceTests
{
    [Theory]
    [InlineData("EC2 refused", "EC2 refused.", "EC2 refused")]
    [InlineData("EC2 refused.", "EC2 refused.", "EC2 refused")]
    [InlineData("EC2 refused.. ", "EC2 refused.", "EC2 refused")]
    [InlineData("Why? ", "Why?", "Why?")]
    [InlineData("cut off...", "cut off...", "cut off...")]
    [InlineData("cut off…", "cut off…", "cut off…")]
    [InlineData("It said \"no.\"", "It said \"no.\"", "It said \"no.\"")]
    [InlineData("it waits (10 s)", "it waits (10 s).", "it waits (10 s)")]
    [InlineData(" ", "", "")]
    public void A_text_is_whole_sentences_or_part_of_one(string text, string ended, string clause) =>
        Assert.Equal((ended, clause), (Sentence.Ended(text), Sentence.Clause(text)));

    [Fact]
    public void Sentences_stand_one_after_the_other() =>
        Assert.Equal("EC2 refused. It is running.", Sentence.Join(null, "EC2 refused", "", "It is running."));

    [Fact]
    public void What_carries_a_text_gives_it_its_form()
    {
        var node = new NodeUpdate { WaitingFor = "Throttled.", CapacityWaived = "Taken.", FailureMessage = "Refused", RollBackReason = "Refused.." };

        Assert.Equal(("Throttled", "Taken"), (node.WaitingFor, node.CapacityWaived));
        Assert.Equal(("Refused.", "Refused."), (node.FailureMessage, node.RollBackReason));
        Assert.Equal("why", new Decision(new ClusterUpdate(), null, new Act.Finish(), "why.").Why);
        Assert.Equal("why", (Verdict.No("because") with { Reason = "why." }).Reason);
        Assert.Equal("It is so. Look at it", Check.Note("Check", "It is so.", "Look at it.").Text);
        Assert.Equal("Refused.", new RollingUpdateException(FailureReason.Locked, "Refused").Message);
        Assert.Equal("Refused.", new InstanceException(InstanceErrorKind.Terminal, "Code", "Refused").Message);
        Assert.Equal("node:2113 did not.", Sentence.Ended(new NodeUnreachableException(new NodeEndpoint("node", 2113), "did not").Message));
        Assert.Equal("EC2 refused", node.InPhase(NodePhase.Waiting, "EC2 refused.", DateTimeOffset.UnixEpoch).Phases[0].WaitingFor);
    }

    private static IEnumerable<Exception> NoAnswers =>
    [
        new OperationCanceledException(),
        new IOException("Broken pipe."),
        new HttpRequestException("it failed", new TimeoutException("accepted no connection within 1 s")),
        .. Enum.GetValues<HttpRequestError>().Select(error => new HttpRequestException(error, "it failed.")),
        .. Enum.GetValues<SocketError>().Distinct().Select(error =>
            new HttpRequestException(HttpRequestError.ConnectionError, "it failed.", new SocketException((int)error))),
        new HttpRequestException(HttpRequestError.SecureConnectionError, "it failed.", new AuthenticationException("It is invalid.")),
    ];

    [Fact]
    public void Why_a_node_gave_no_answer_can_be_said_of_the_node() =>
        Assert.All(NoAnswers, exception => AssertSaidOf("node", NoAnswer.Describe(exception)));

    [Fact]
    public void Why_a_node_is_not_level_can_be_said_of_the_node()
    {
        foreach (var picture in Updating.Pictures.All())
        {
            var cluster = picture.Observe().Cluster;
            Assert.All(picture.Nodes, node => AssertSaidOf(node.Name, cluster.Level(node.Endpoint).Reason));
        }
    }

    [Theory]
    [InlineData("Could not start i-1. EC2 answered Code: no", "EC2 answered Code: no.", "Could not start i-1. EC2 answered Code: no.")]
    [InlineData("It failed", "EC2 answered Code: no.", "It failed. EC2 answered Code: no.")]
    [InlineData(null, "EC2 answered Code: no", "EC2 answered Code: no.")]
    public void What_is_said_already_is_not_said_again(string? text, string more, string joined) =>
        Assert.Equal(joined, Sentence.JoinOnce(text, more));

    private static readonly string[] Verbs =
        ["says", "is", "does", "cannot", "refused", "reset", "closed", "answered", "gave", "accepted", "made", "could", "has"];

    /// <summary>It begins with a verb: a subject of its own would make two of them.</summary>
    private static void AssertSaidOf(string subject, string predicate)
    {
        Assert.Contains(predicate.Split(' ')[0], Verbs);
        Assert.EndsWith(".", Sentence.Ended(Sentence.Of(subject, predicate)), StringComparison.Ordinal);
        Assert.DoesNotContain("..", Sentence.Ended(Sentence.Of(subject, predicate)), StringComparison.Ordinal);
    }
}
