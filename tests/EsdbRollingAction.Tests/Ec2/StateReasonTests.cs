using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public class StateReasonTests
{
    [Theory]
    [InlineData("Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown", "", "Client.UserInitiatedShutdown")]
    [InlineData("Server.InternalError", "Client.InternalError: Client error on launch", "Server.InternalError", "Client.InternalError")]
    [InlineData("Client.InvalidSnapshot.NotFound", "The snapshot is gone.", "", "Client.InvalidSnapshot.NotFound")]
    [InlineData("Client.InvalidSnapshot.NotFound", "Client.InvalidSnapshot.NotFound: gone", "", "Client.InvalidSnapshot.NotFound")]
    [InlineData("", "", "Server.InternalError", "Server.InternalError")]
    [InlineData("", "", "User initiated (2026-01-31 03:00:00 GMT)", "")]
    public void The_cause_is_the_innermost_code(string code, string message, string transition, string cause) =>
        Assert.Equal(cause, new StateReason(code, message, transition).Cause);

    [Theory]
    [InlineData("Client.A", "Client.A: words.", "", "\"Client.A: words\"")]
    [InlineData("Server.B", "Client.A: words", "Server.B", "\"Server.B, Client.A: words\" (Server.B)")]
    [InlineData("Client.A", "", "User initiated (2026)", "\"Client.A\" (User initiated (2026))")]
    [InlineData("", "", "User initiated (2026)", "\"User initiated (2026)\"")]
    public void The_words_are_EC2_s(string code, string message, string transition, string words) =>
        Assert.Equal(words, new StateReason(code, message, transition).Words);

    [Fact]
    public void What_EC2_says_is_escaped_and_short()
    {
        var reason = new StateReason("Client.A", $"a\n::error::b\u202E{new string('x', 5000)}");

        Assert.DoesNotContain(reason.Words, c => c is < ' ' or > '~');
        Assert.InRange(reason.Words.Length, 100, 300);
    }

    [Fact]
    public void No_words_are_no_reason() => Assert.Null(StateReason.From(null, "", " "));
}
