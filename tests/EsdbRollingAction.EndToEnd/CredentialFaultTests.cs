namespace EsdbRollingAction.EndToEnd;

/// <summary>A sandbox in which nothing is changed.</summary>
public sealed class UntouchedSandbox : IAsyncLifetime
{
    internal Rolling Rolling { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Rolling = await Rolling.StartAsync();

    public ValueTask DisposeAsync() => Rolling.DisposeAsync();
}

/// <summary>Each kind of credentials that is missing, unreadable, expired or refused says so before anything is begun.</summary>
[Exhaustive]
public sealed class CredentialFaultTests(UntouchedSandbox sandbox) : IClassFixture<UntouchedSandbox>, IDisposable
{
    private readonly AwsHome home = new();

    public void Dispose() => home.Dispose();

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
    [InlineData(2, "invalid-input", "eu_west_1", "AWS_PROFILE=misplaced", "AWS_REGION=")]
    [InlineData(3, "preflight-refused", "does not exist", "AWS_WEB_IDENTITY_TOKEN_FILE=/nowhere/token", "AWS_ROLE_ARN=" + AwsHome.Role)]
    [InlineData(3, "preflight-refused", "cannot be read", "AWS_WEB_IDENTITY_TOKEN_FILE=/tmp", "AWS_ROLE_ARN=" + AwsHome.Role)]
    [InlineData(3, "preflight-refused", "is out of order", "AWS_PROFILE=process")]
    [InlineData(3, "preflight-refused", "invalid host", "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://10.0.0.1/container")]
    [InlineData(3, "preflight-refused", "set and AWS_ACCESS_KEY_ID is not", "AWS_SECRET_ACCESS_KEY=" + AwsHome.Secret)]
    [InlineData(3, "preflight-refused", "The instance's role is not looked for")]
    [InlineData(3, "preflight-refused", "No AWS region is configured", "AWS_REGION=", "AWS_ENDPOINT_URL_EC2=")]
    public async Task What_is_wrong_with_credentials_is_said_before_anything_is_changed(
        int exitCode, string reason, string said, params string[] variables)
    {
        home.Config(
            "[profile half]\naws_access_key_id = AKIAPROFILE",
            $"[profile orphan]\nrole_arn = {AwsHome.Role}\nsource_profile = nobody",
            $"[profile round]\nrole_arn = {AwsHome.Role}\nsource_profile = about",
            $"[profile about]\nrole_arn = {AwsHome.Role}\nsource_profile = round",
            "[profile no-role]\nrole_arn = rolling-update\nsource_profile = half",
            $"[profile from-variables]\nrole_arn = {AwsHome.Role}\ncredential_source = Environment",
            $"[profile from-nowhere]\nrole_arn = {AwsHome.Role}\ncredential_source = Nowhere",
            $"[profile mfa]\nrole_arn = {AwsHome.Role}\nsource_profile = half\nmfa_serial = arn:aws:iam::123456789012:mfa/me",
            "[profile sso]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = ops",
            $"[profile misplaced]\nregion = eu_west_1\n{AwsHome.Keys}",
            $"[profile process]\ncredential_process = sh {home.File("broken", "echo is out of order >&2; exit 3")}");

        await RefusedAsync(exitCode, reason, said, [.. variables.Select(variable => (variable.Split('=')[0], variable.Split('=', 2)[1]))]);
    }

    [Theory]
    [InlineData("AccessDenied", 3, "preflight-refused", "its trust policy must allow sts:AssumeRole to who takes it")]
    [InlineData("InvalidClientTokenId", 3, "preflight-refused", "STS does not accept the AWS credentials")]
    [InlineData("ExpiredToken", 4, "credentials-expired", "have expired")]
    [InlineData("Throttling", 4, "aws-unreachable", "Throttling")]
    public async Task A_role_that_a_profile_may_not_take_says_why(string code, int exitCode, string reason, string said)
    {
        home.Aws.StsError = code;
        home.Config($"[profile keys]\n{AwsHome.Keys}", $"[profile role]\nrole_arn = {AwsHome.Role}\nsource_profile = keys");

        await RefusedAsync(exitCode, reason, said, ("AWS_PROFILE", "role"));
    }

    [Theory]
    [InlineData("AccessDenied", 3, "preflight-refused", "its trust policy must allow sts:AssumeRoleWithWebIdentity")]
    [InlineData("ExpiredTokenException", 4, "credentials-expired", "The web identity token has expired")]
    [InlineData("IDPCommunicationError", 4, "aws-unreachable", "STS cannot fetch the keys of https://token.actions.githubusercontent.com")]
    public async Task A_role_that_a_token_may_not_take_says_why(string code, int exitCode, string reason, string said)
    {
        home.Aws.StsError = code;

        await RefusedAsync(exitCode, reason, said, home.WebIdentity);
    }

    [Fact]
    public async Task A_container_s_credentials_that_are_refused_or_have_expired_are_told_apart()
    {
        var refused = home.Container[0];
        await RefusedAsync(3, "preflight-refused", "403", refused, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "another-agent-token"));
        home.Aws.Lifetime = TimeSpan.FromHours(-1);
        await RefusedAsync(4, "credentials-expired", "have expired", home.Container);
    }

    [Fact]
    public async Task A_machine_without_a_role_is_told_so()
    {
        home.Aws.HasRole = false;

        await RefusedAsync(3, "preflight-refused", "No usable AWS credentials", home.Instance);
    }

    [Fact]
    public async Task A_profile_file_that_is_not_right_is_named_and_its_line_not_shown()
    {
        home.Config($"[profile keys]\naws_secret_access_key {AwsHome.Secret}");

        await RefusedAsync(2, "invalid-input", home.ConfigPath, ("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", AwsHome.Secret));
    }

    private async Task RefusedAsync(int exitCode, string reason, string said, params (string Name, string Value)[] variables)
    {
        // The other tests of the class run at the same time over the same sandbox.
        var outputs = Path.Combine(sandbox.Rolling.Sandbox.Folder, $"outputs-{Guid.NewGuid()}");
        var result = await sandbox.Rolling.RunAsync([.. home.Environment(variables), ("GITHUB_OUTPUT", outputs)]);

        Require.That(result.ExitCode == exitCode, result);
        Assert.StartsWith($"error: {reason}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("..", result.Error, StringComparison.Ordinal);
        Assert.Equal(reason, Rolling.ReadOutputs(outputs)["failure-reason"]);
        Assert.Empty(sandbox.Rolling.Acts);
        AwsHome.AssertNoSecretIn(result);
    }
}
