using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.Models.Tests.Sandbox;

public sealed class StoryTests
{
    private const int MostLinesOfAFailure = 60;

    [Fact]
    public void A_long_history_is_cut_to_its_end_and_the_file_that_it_names_holds_all_of_it()
    {
        var history = string.Join('\n', Enumerable.Range(1, 5000).Select(line => $"line {line}"));

        var told = Story.Of("a-long-one", history).Split('\n');

        Assert.InRange(told.Length, 10, MostLinesOfAFailure / 2);
        Assert.Equal("line 5000", told[^1]);
        Assert.Equal(history, File.ReadAllText(told[0][told[0].IndexOf('/', StringComparison.Ordinal)..]));
    }

    [Fact]
    public void A_short_one_is_told_as_it_is() => Assert.Equal("one\ntwo", Story.Of("a-short-one", "one\ntwo"));
}
