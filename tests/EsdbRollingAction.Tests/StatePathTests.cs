using EsdbRollingAction.Core;

namespace EsdbRollingAction.Tests;

public class StatePathTests
{
    [Theory]
    [InlineData("state[1].json", "has '[' in it")]
    [InlineData("*/state.json", "begins with '*'")]
    [InlineData("state?.json", "has '?' in it")]
    [InlineData("a\nb.json", "has a line break in it")]
    [InlineData("#state.json", "begins with '#'")]
    [InlineData("!state.json", "begins with '!'")]
    [InlineData("~/state.json", "begins with '~'")]
    public void A_path_that_the_upload_takes_as_a_pattern_is_refused_in_a_workflow_alone(string path, string why)
    {
        var refused = Assert.Throws<RollingUpdateException>(() => StatePath.Check(path, inActions: true));

        Assert.Equal(FailureReason.InvalidInput, refused.Reason);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Equal(path, StatePath.Check(path, inActions: false));
    }

    [Theory]
    [InlineData("state.json")]
    [InlineData(".hidden/with 'quotes' and #spaces!~.json")]
    public void Any_other_path_is_taken(string path) => Assert.Equal(path, StatePath.Check(path, inActions: true));
}
