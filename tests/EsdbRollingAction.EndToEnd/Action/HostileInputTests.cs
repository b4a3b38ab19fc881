namespace EsdbRollingAction.EndToEnd.Action;

public class HostileInputTests
{
    private const string Program = """
        [ $# = 0 ] || { echo 1.2.3; exit; }
        env -0 >"$GITHUB_WORKSPACE/seen"
        """;

    [Theory]
    [InlineData("\"; touch executed #")]
    [InlineData("'; touch executed #")]
    [InlineData("$(touch executed)")]
    [InlineData("`touch executed`")]
    [InlineData("\ntouch executed\n")]
    [InlineData("x\r\n::set-output name=state-artifact::stolen\r\n")]
    [InlineData("${{ github.token }}")]
    [InlineData("%s%n\\c\\x41")]
    [InlineData("-e")]
    public async Task A_value_reaches_the_program_as_it_is_and_is_never_run(string value)
    {
        using var runner = new Runner().WithScript(Program);
        var names = ActionFile.Read(ActionFile.OriginalPath).Inputs.Keys;
        var with = names.ToDictionary(name => name, name => name == "connection-string" ? $"esdb://admin:{value}@node" : value);

        var result = await runner.UseActionAsync(with, TestContext.Current.CancellationToken);

        Require.That(result.Conclusion == "success", result);
        Assert.False(File.Exists(Path.Combine(runner.Workspace, "executed")));
        var seen = (await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "seen"), TestContext.Current.CancellationToken))
            .Split('\0').Where(variable => variable.StartsWith("INPUT_", StringComparison.Ordinal));
        Assert.Equal(with.Select(input => $"INPUT_{input.Key.ToUpperInvariant().Replace('-', '_')}={input.Value}").Order(), seen.Order());
        Assert.Contains(with["connection-string"], result.Log.Masks);
        Assert.Contains(value, result.Log.Masks);
        Assert.DoesNotContain(result.ToString().Split('\n'), line => line.StartsWith("::", StringComparison.Ordinal));
    }
}
