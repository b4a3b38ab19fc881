using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Strategies;

/// <summary>What a run makes of commands that a run before it sent, whose state is lost.</summary>
public class AdoptedCommandTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly NodeCommand Change = Of("change-1", "Failed");

    [Fact]
    public void A_try_that_was_taken_back_is_over_and_the_next_one_has_the_next_number()
    {
        var node = new NodeUpdate().Having([Change, Of("rollback-1", "Success")], Now);

        Assert.Equal((1, 0), (node.CommandRetries, node.CommandRequests.Count));
    }

    [Fact]
    public void A_try_that_is_still_being_taken_back_is_not_over()
    {
        var node = new NodeUpdate().Having([Change, Of("rollback-1", "InProgress")], Now);

        Assert.Equal((0, 2), (node.CommandRetries, node.CommandRequests.Count));
    }

    [Fact]
    public void A_try_after_one_that_was_taken_back_is_not_over()
    {
        var node = new NodeUpdate().Having([Change, Of("rollback-1", "Success"), Of("change-2", "Success")], Now);

        Assert.Equal(1, node.CommandRetries);
    }

    [Fact]
    public void The_run_that_takes_a_try_back_itself_goes_on_with_it()
    {
        var node = new NodeUpdate { RollBackReason = "It failed." }.Having([Change, Of("rollback-1", "Success")], Now);

        Assert.Equal((0, 2), (node.CommandRetries, node.CommandRequests.Count));
    }

    private static NodeCommand Of(string word, string status) => new(word, word, new CommandOutcome(status)) { RequestedAt = Now };
}
