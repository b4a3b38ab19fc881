namespace EsdbRollingAction.EndToEnd;

/// <summary>The default chain of credentials, on the very program that is released.</summary>
[Exhaustive]
public sealed class CredentialsTests : IAsyncLifetime
{
    private readonly AwsHome home = new();
    private Rolling rolling = null!;

    public async ValueTask InitializeAsync() => rolling = await Rolling.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await rolling.DisposeAsync();
        home.Dispose();
    }

    [Fact]
    public async Task Every_kind_of_credentials_that_the_SDK_knows_works()
    {
        home.Config(
            $"[profile keys]\n{AwsHome.Keys}",
            $"[profile role]\nrole_arn = {AwsHome.Role}\nsource_profile = keys\nexternal_id = orders\nrole_session_name = night",
            $"[profile chained]\nrole_arn = {AwsHome.Role}2\nsource_profile = role",
            $"[profile from-variables]\nrole_arn = {AwsHome.Role}\ncredential_source = Environment",
            $"[profile from-instance]\nrole_arn = {AwsHome.Role}\ncredential_source = Ec2InstanceMetadata",
            $"[profile from-container]\nrole_arn = {AwsHome.Role}\ncredential_source = EcsContainer",
            $"[profile from-token]\nrole_arn = {AwsHome.Role}\nweb_identity_token_file = {home.File("token", "a-token")}",
            $"[profile process]\ncredential_process = sh {home.Process(TimeSpan.FromHours(1))}");
        (string Name, string Value)[] variables = [("AWS_ACCESS_KEY_ID", "AKIAVARIABLE"), ("AWS_SECRET_ACCESS_KEY", AwsHome.Secret)];

        await WorksAsync("AKIAVARIABLE", asked: "", variables);
        await WorksAsync("AKIAPROFILE", asked: "", ("AWS_PROFILE", "keys"));
        await WorksAsync("ASIAROLE", "AssumeRole by AKIAPROFILE", ("AWS_PROFILE", "role"));
        Assert.Equal(("orders", "night"), (home.Aws.StsRequests[^1]["ExternalId"], home.Aws.StsRequests[^1]["RoleSessionName"]));
        await WorksAsync("ASIAROLE", "AssumeRole by ASIAROLE", ("AWS_PROFILE", "chained"));
        await WorksAsync("ASIAROLE", "AssumeRole by AKIAVARIABLE", [.. variables, ("AWS_PROFILE", "from-variables")]);
        await WorksAsync("ASIAROLE", "AssumeRole by ASIAINSTANCE", [.. home.Instance, ("AWS_PROFILE", "from-instance")]);
        await WorksAsync("ASIAROLE", "AssumeRole by ASIACONTAINER", [.. home.Container, ("AWS_PROFILE", "from-container")]);
        await WorksAsync("ASIAROLE", "AssumeRoleWithWebIdentity by ", ("AWS_PROFILE", "from-token"));
        await WorksAsync("ASIAROLE", "AssumeRoleWithWebIdentity by ", home.WebIdentity);
        await WorksAsync("ASIAPROCESS", asked: "", ("AWS_PROFILE", "process"));
        await WorksAsync("ASIACONTAINER", asked: "", home.Container);
        await WorksAsync("ASIAINSTANCE", asked: "", home.Instance);
    }

    [Theory]
    [InlineData("from-process", "ASIAPROCESS")]
    [InlineData("from-instance", "ASIAINSTANCE")]
    [InlineData("from-container", "ASIACONTAINER")]
    [InlineData("from-token", "")]
    public async Task Credentials_that_expire_are_renewed_while_the_update_runs(string profile, string source)
    {
        home.Aws.Lifetime = TimeSpan.FromSeconds(3);
        home.Config(
            $"[profile process]\ncredential_process = sh {home.Process(home.Aws.Lifetime)}",
            $"[profile from-process]\nrole_arn = {AwsHome.Role}\nsource_profile = process",
            $"[profile from-instance]\nrole_arn = {AwsHome.Role}\ncredential_source = Ec2InstanceMetadata",
            $"[profile from-container]\nrole_arn = {AwsHome.Role}\ncredential_source = EcsContainer",
            $"[profile from-token]\nrole_arn = {AwsHome.Role}\nweb_identity_token_file = {home.File("token", "a-token")}");
        var variables = profile == "from-container" ? home.Container : home.Instance;

        rolling.AssertRolled(await rolling.RunAsync(home.Environment([.. variables, ("AWS_PROFILE", profile)])));

        Assert.True(rolling.Sandbox.AccessKeys.Count > 1);
        Assert.All(rolling.Sandbox.AccessKeys, used => Assert.StartsWith("ASIAROLE", used, StringComparison.Ordinal));
        Assert.All(home.Aws.StsRequests, request => Assert.StartsWith(source, request["by"], StringComparison.Ordinal));
        Assert.Equal(source.Length > 0, home.Aws.StsRequests.Select(request => request["by"]).Distinct().Count() > 1);
    }

    private async Task WorksAsync(string key, string asked, params (string Name, string Value)[] variables)
    {
        var (used, requests) = (rolling.Sandbox.AccessKeys.Count, home.Aws.StsRequests.Count);

        var result = await rolling.RunAsync([.. home.Environment(variables), ("INPUT_MODE", "plan")]);

        Require.That(result.ExitCode == 0, result, $"{key} {asked}: exit code {result.ExitCode}");
        Assert.StartsWith(key, Assert.Single(rolling.Sandbox.AccessKeys.Skip(used)), StringComparison.Ordinal);
        var last = home.Aws.StsRequests.Skip(requests).LastOrDefault();
        Assert.StartsWith(asked, last is null ? "" : $"{last["Action"]} by {last["by"]}", StringComparison.Ordinal);
        AwsHome.AssertNoSecretIn(result);
    }
}
