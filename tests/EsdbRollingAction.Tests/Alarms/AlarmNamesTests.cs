using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Alarms;

namespace EsdbRollingAction.Tests.Alarms;

public class AlarmNamesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" , \n ,\r\n", "")]
    [InlineData("orders-5xx", "orders-5xx")]
    [InlineData("orders 5xx, queue depth\nlatency\r\n  disk/used% ,,", "orders 5xx|queue depth|latency|disk/used%")]
    [InlineData("one,two,one", "one|two")]
    public void Names_are_separated_by_commas_or_line_breaks_and_may_hold_spaces(string text, string names) =>
        Assert.Equal(names, string.Join('|', AlarmNames.Parse(text)));

    [Fact]
    public void A_hundred_names_of_255_characters_are_taken() => Assert.Equal(100, AlarmNames.Parse(Names(100, longest: 255)).Count);

    [Theory]
    [InlineData(101, 10, "has 101 names; there may be at most 100")]
    [InlineData(1, 256, "has a name of 256 characters")]
    public void More_or_longer_ones_are_no_input(int count, int longest, string why)
    {
        var error = Assert.Throws<RollingUpdateException>(() => AlarmNames.Parse(Names(count, longest)));

        Assert.Equal(FailureReason.InvalidInput, error.Reason);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 200);
    }

    private static string Names(int count, int longest) =>
        string.Join(',', Enumerable.Range(1, count).Select(number => $"{number}".PadRight(longest, 'x')));
}
