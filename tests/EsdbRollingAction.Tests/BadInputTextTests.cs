using EsdbRollingAction.Core;
using Microsoft.Extensions.Configuration;

namespace EsdbRollingAction.Tests;

public class BadInputTextTests
{
    private static readonly string[] Bad = ["{", "-1", "1e999", "true or false", "a\ud800", "::", "http://[", "99999999999999999999", "[1]", "\"", "%zz"];

    public static TheoryData<string> InputKeys() => [.. InputNames.All.Select(input => input.Key)];

    [Fact]
    public void Everything_that_is_wrong_with_the_inputs_is_said_at_once()
    {
        var inputs = new Dictionary<string, string?>
        {
            [InputNames.Mode.Key] = "aply",
            [InputNames.MaxNodes.Key] = "some",
            [InputNames.BakeMinutes.Key] = "-1",
            [InputNames.SsmParameters.Key] = "{",
            [InputNames.RoleToAssume.Key] = "me",
            [InputNames.TargetServerVersion.Key] = "newest",
            [InputNames.StateFile.Key] = "state[1].json",
        };

        var refused = Assert.Throws<RollingUpdateException>(() =>
            Inputs.Read(new ConfigurationBuilder().AddInMemoryCollection(inputs).Build(), inActions: true));

        Assert.Equal(FailureReason.InvalidInput, refused.Reason);
        Assert.All(
            ["mode", "max-nodes", "bake-minutes", "ssm-parameters", "role-to-assume", "target-server-version", "state-file", "connection-string"],
            name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(InputKeys))]
    public void Whatever_an_input_is_what_is_wrong_with_it_is_said_in_plain_words(string key)
    {
        foreach (var text in Bad)
        {
            var inputs = new Dictionary<string, string?> { [InputNames.ConnectionString.Key] = "esdb://127.0.0.1:2113?tls=false", [key] = text };
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(inputs).Build();

            // Most take any text; what is thrown else is no exception of the framework.
            if (Record.Exception(() => Inputs.Read(configuration, inActions: false)) is { } thrown)
            {
                var refused = Assert.IsType<RollingUpdateException>(thrown);
                Assert.Equal(FailureReason.InvalidInput, refused.Reason);
                FrameworkWords.AssertNoneIn(refused.Message);
            }
        }
    }
}
