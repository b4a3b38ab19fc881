using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction.Tests;

public class TimeTextTests
{
    [Theory]
    [InlineData(-1, "0.0 s")]
    [InlineData(1.24, "1.2 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.6, "1 min 0 s")]
    [InlineData(65, "1 min 5 s")]
    [InlineData(3725, "1 h 2 min")]
    [InlineData(90_000, "25 h 0 min")]
    public void Durations_read_like_a_person_says_them(double seconds, string expected) =>
        Assert.Equal(expected, TimeText.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Names_of_the_code_become_words() => Assert.Equal("catching up", DisplayName.Of("CatchingUp"));
}
