using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

/// <summary>The default chain of credentials, on the very program that is released.</summary>
public sealed class CredentialsTests : IAsyncLifetime
{
    private const string Role = "arn:aws:iam::123456789012:role/rolling-update";
    private const string Secret = "a-static-secret-that-nobody-may-see";
    private const string Keys = $"aws_access_key_id = AKIAPROFILE\naws_secret_access_key = {Secret}";

    private readonly FakeAws aws = new();
    private readonly string home = Directory.CreateTempSubdirectory("esdb-home-").FullName;
    private Rolling rolling = null!;

    public async ValueTask InitializeAsync() => rolling = await Rolling.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await rolling.DisposeAsync();
        aws.Dispose();
        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task Every_kind_of_credentials_that_the_SDK_knows_works()
    {
        Files($"[profile keys]\n{Keys}\n"
            + $"[profile role]\nrole_arn = {Role}\nsource_profile = keys\nexternal_id = orders\nrole_session_name = night\n"
            + $"[profile chained]\nrole_arn = {Role}2\nsource_profile = role\n"
            + $"[profile from-variables]\nrole_arn = {Role}\ncredential_source = Environment\n"
            + $"[profile from-instance]\nrole_arn = {Role}\ncredential_source = Ec2InstanceMetadata\n"
            + $"[profile from-container]\nrole_arn = {Role}\ncredential_source = EcsContainer\n"
            + $"[profile from-token]\nrole_arn = {Role}\nweb_identity_token_file = {File("token", "a-token")}\n"
            + $"[profile process]\ncredential_process = sh {Process(TimeSpan.FromHours(1))}\n");
        (string Name, string Value)[] variables = [("AWS_ACCESS_KEY_ID", "AKIAVARIABLE"), ("AWS_SECRET_ACCESS_KEY", Secret)];

        await WorksAsync("AKIAVARIABLE", asked: "", variables);
        await WorksAsync("AKIAPROFILE", asked: "", ("AWS_PROFILE", "keys"));
        await WorksAsync("ASIAROLE", "AssumeRole by AKIAPROFILE", ("AWS_PROFILE", "role"));
        Assert.Equal(("orders", "night"), (aws.StsRequests[^1]["ExternalId"], aws.StsRequests[^1]["RoleSessionName"]));
        await WorksAsync("ASIAROLE", "AssumeRole by ASIAROLE", ("AWS_PROFILE", "chained"));
        await WorksAsync("ASIAROLE", "AssumeRole by AKIAVARIABLE", [.. variables, ("AWS_PROFILE", "from-variables")]);
        await WorksAsync("ASIAROLE", "AssumeRole by ASIAINSTANCE", [.. Instance, ("AWS_PROFILE", "from-instance")]);
        await WorksAsync("ASIAROLE", "AssumeRole by ASIACONTAINER", [.. Container, ("AWS_PROFILE", "from-container")]);
        await WorksAsync("ASIAROLE", "AssumeRoleWithWebIdentity by ", ("AWS_PROFILE", "from-token"));
        await WorksAsync("ASIAROLE", "AssumeRoleWithWebIdentity by ", WebIdentity);
        await WorksAsync("ASIAPROCESS", asked: "", ("AWS_PROFILE", "process"));
        await WorksAsync("ASIACONTAINER", asked: "", Container);
        await WorksAsync("ASIAINSTANCE", asked: "", Instance);
    }

    [Theory]
    [InlineData("from-process", "ASIAROLE", "ASIAPROCESS")]
    [InlineData("from-instance", "ASIAROLE", "ASIAINSTANCE")]
    [InlineData("from-container", "ASIAROLE", "ASIACONTAINER")]
    [InlineData("from-token", "ASIAROLE", "")]
    public async Task Credentials_that_expire_are_renewed_while_the_update_runs(string profile, string key, string source)
    {
        aws.Lifetime = TimeSpan.FromSeconds(3);
        Files($"[profile process]\ncredential_process = sh {Process(aws.Lifetime)}\n"
            + $"[profile from-process]\nrole_arn = {Role}\nsource_profile = process\n"
            + $"[profile from-instance]\nrole_arn = {Role}\ncredential_source = Ec2InstanceMetadata\n"
            + $"[profile from-container]\nrole_arn = {Role}\ncredential_source = EcsContainer\n"
            + $"[profile from-token]\nrole_arn = {Role}\nweb_identity_token_file = {File("token", "a-token")}\n");

        var variables = profile == "from-container" ? Container : Instance;

        rolling.AssertRolled(await rolling.RunAsync(Environment([.. variables, ("AWS_PROFILE", profile)])));

        Assert.True(rolling.Sandbox.AccessKeys.Count > 1);
        Assert.All(rolling.Sandbox.AccessKeys, used => Assert.StartsWith(key, used, StringComparison.Ordinal));
        Assert.All(aws.StsRequests, request => Assert.StartsWith(source, request["by"], StringComparison.Ordinal));
        Assert.Equal(source.Length > 0, aws.StsRequests.Select(request => request["by"]).Distinct().Count() > 1);
    }

    [Theory]
    [InlineData(2, "invalid-input", "The profile 'nobody' (AWS_PROFILE) is not found", "AWS_PROFILE=nobody")]
    [InlineData(3, "preflight-refused", "The profile 'half' (AWS_PROFILE) has aws_access_key_id and no aws_secret", "AWS_PROFILE=half")]
    [InlineData(3, "preflight-refused", "names 'nobody' as source_profile. The profile 'nobody' is not found", "AWS_PROFILE=orphan")]
    [InlineData(3, "preflight-refused", "is its own source: round → about → round", "AWS_PROFILE=round")]
    [InlineData(2, "invalid-input", "The role_arn of the profile 'no-role' (AWS_PROFILE) is not the ARN", "AWS_PROFILE=no-role")]
    [InlineData(3, "preflight-refused", "AWS_ACCESS_KEY_ID is not set", "AWS_PROFILE=from-variables")]
    [InlineData(3, "preflight-refused", "must be Environment, Ec2InstanceMetadata or EcsContainer", "AWS_PROFILE=from-nowhere")]
    [InlineData(3, "preflight-refused", "MFA", "AWS_PROFILE=mfa")]
    [InlineData(3, "preflight-refused", "IAM Identity Center", "AWS_PROFILE=sso")]
    [InlineData(3, "preflight-refused", "does not exist", "AWS_WEB_IDENTITY_TOKEN_FILE=/nowhere/token", "AWS_ROLE_ARN=" + Role)]
    [InlineData(3, "preflight-refused", "cannot be read", "AWS_WEB_IDENTITY_TOKEN_FILE=/tmp", "AWS_ROLE_ARN=" + Role)]
    [InlineData(3, "preflight-refused", "is out of order", "AWS_PROFILE=process")]
    [InlineData(3, "preflight-refused", "invalid host", "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://10.0.0.1/container")]
    [InlineData(3, "preflight-refused", "AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not", "AWS_SECRET_ACCESS_KEY=" + Secret)]
    [InlineData(3, "preflight-refused", "The instance's role is not looked for")]
    public async Task What_is_wrong_with_credentials_is_said_before_anything_is_changed(
        int exitCode, string reason, string said, params string[] variables)
    {
        Files("[profile half]\naws_access_key_id = AKIAPROFILE\n"
            + $"[profile orphan]\nrole_arn = {Role}\nsource_profile = nobody\n"
            + $"[profile round]\nrole_arn = {Role}\nsource_profile = about\n[profile about]\nrole_arn = {Role}\nsource_profile = round\n"
            + $"[profile no-role]\nrole_arn = rolling-update\nsource_profile = half\n"
            + $"[profile from-variables]\nrole_arn = {Role}\ncredential_source = Environment\n"
            + $"[profile from-nowhere]\nrole_arn = {Role}\ncredential_source = Nowhere\n"
            + $"[profile mfa]\nrole_arn = {Role}\nsource_profile = half\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n"
            + "[profile sso]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n"
            + "sso_account_id = 123456789012\nsso_role_name = ops\n"
            + $"[profile process]\ncredential_process = sh {File("broken", "echo is out of order >&2; exit 3")}\n");

        await RefusedAsync(exitCode, reason, said, [.. variables.Select(variable => (variable.Split('=')[0], variable.Split('=', 2)[1]))]);
    }

    [Theory]
    [InlineData("AccessDenied", 3, "preflight-refused", "its trust policy must allow sts:AssumeRole to who takes it")]
    [InlineData("InvalidClientTokenId", 3, "preflight-refused", "STS does not accept the AWS credentials")]
    [InlineData("ExpiredToken", 4, "credentials-expired", "have expired")]
    [InlineData("Throttling", 4, "aws-unreachable", "Throttling")]
    public async Task A_role_that_a_profile_may_not_take_says_why(string code, int exitCode, string reason, string said)
    {
        aws.StsError = code;
        Files($"[profile keys]\n{Keys}\n[profile role]\nrole_arn = {Role}\nsource_profile = keys\n");

        await RefusedAsync(exitCode, reason, said, ("AWS_PROFILE", "role"));
    }

    [Theory]
    [InlineData("AccessDenied", 3, "preflight-refused", "its trust policy must allow sts:AssumeRoleWithWebIdentity")]
    [InlineData("ExpiredTokenException", 4, "credentials-expired", "The web identity token has expired")]
    [InlineData("IDPCommunicationError", 4, "aws-unreachable", "STS cannot fetch the keys of https://token.actions.githubusercontent.com")]
    public async Task A_role_that_a_token_may_not_take_says_why(string code, int exitCode, string reason, string said)
    {
        aws.StsError = code;

        await RefusedAsync(exitCode, reason, said, WebIdentity);
    }

    [Fact]
    public async Task A_container_s_credentials_that_are_refused_or_have_expired_are_told_apart()
    {
        await RefusedAsync(
            3, "preflight-refused", "403", [Container[0], ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "another-agent-token")]);
        aws.Lifetime = TimeSpan.FromHours(-1);
        await RefusedAsync(4, "credentials-expired", "have expired", Container);
    }

    [Fact]
    public async Task A_machine_without_a_role_is_told_so()
    {
        aws.HasRole = false;

        await RefusedAsync(3, "preflight-refused", "No usable AWS credentials", Instance);
    }

    [Fact]
    public async Task A_profile_file_that_is_not_right_is_named_and_its_line_not_shown()
    {
        Files($"[profile keys]\naws_secret_access_key {Secret}\n");

        await RefusedAsync(2, "invalid-input", Path.Combine(home, ".aws", "config"), ("AWS_PROFILE", "keys"));
    }

    private (string Name, string Value)[] Instance =>
        [("AWS_EC2_METADATA_SERVICE_ENDPOINT", aws.Url), ("AWS_EC2_METADATA_DISABLED", "false")];

    private (string Name, string Value)[] Container =>
    [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", $"{aws.Url}/container"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", File("agent", FakeAws.AgentToken)),
    ];

    private (string Name, string Value)[] WebIdentity =>
        [("AWS_WEB_IDENTITY_TOKEN_FILE", File("token", "a-token")), ("AWS_ROLE_ARN", Role)];

    private async Task WorksAsync(string key, string asked, params (string Name, string Value)[] variables)
    {
        var (used, requests) = (rolling.Sandbox.AccessKeys.Count, aws.StsRequests.Count);

        var result = await rolling.RunAsync([.. Environment(variables), ("INPUT_MODE", "plan")]);

        Assert.True(result.ExitCode == 0, $"{key} {asked}: exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        Assert.StartsWith(key, Assert.Single(rolling.Sandbox.AccessKeys.Skip(used)), StringComparison.Ordinal);
        var last = aws.StsRequests.Skip(requests).LastOrDefault();
        Assert.StartsWith(asked, last is null ? "" : $"{last["Action"]} by {last["by"]}", StringComparison.Ordinal);
        AssertNoSecret(result);
    }

    private async Task RefusedAsync(int exitCode, string reason, string said, params (string Name, string Value)[] variables)
    {
        var result = await rolling.RunAsync(Environment(variables));

        Assert.True(result.ExitCode == exitCode, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        Assert.StartsWith($"error: {reason}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Equal(reason, rolling.Outputs()["failure-reason"]);
        Assert.Empty(rolling.Acts);
        AssertNoSecret(result);
    }

    /// <summary>The sandbox's variables without its keys, in a home of its own.</summary>
    private (string Name, string? Value)[] Environment(params (string Name, string Value)[] variables) =>
    [
        ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("HOME", home), ("AWS_ENDPOINT_URL_STS", $"{aws.Url}/sts"),
        .. variables.Select(variable => (variable.Name, (string?)variable.Value)),
    ];

    private void Files(string config)
    {
        Directory.CreateDirectory(Path.Combine(home, ".aws"));
        File(Path.Combine(".aws", "config"), config);
    }

    private string File(string name, string text)
    {
        var path = Path.Combine(home, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private string Process(TimeSpan lifetime) => File(
        "process",
        $$"""
        printf '{"Version":1,"AccessKeyId":"ASIAPROCESS%s","SecretAccessKey":"%s","SessionToken":"session","Expiration":"%s"}' \
          "$$" "{{FakeAws.SecretKey}}" "$(date -u -d '+{{(int)lifetime.TotalSeconds}} seconds' +%Y-%m-%dT%H:%M:%SZ)"
        """);

    private static void AssertNoSecret(ProgramResult result) => Secrets.AssertNoneIn(
        [Secret, FakeAws.SecretKey, FakeAws.AgentToken], [("the log", result.Output), ("the log", result.Error)]);
}
