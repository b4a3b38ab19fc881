namespace EsdbRollingAction.EndToEnd;

/// <summary>Where the program finds credentials: a home folder with the shared files, and who gives sessions.</summary>
internal sealed class AwsHome : IDisposable
{
    public const string Role = "arn:aws:iam::123456789012:role/rolling-update";
    public const string Secret = "a-static-secret-that-nobody-may-see";
    public const string Keys = $"aws_access_key_id = AKIAPROFILE\naws_secret_access_key = {Secret}";

    private readonly string folder = Directory.CreateTempSubdirectory("esdb-home-").FullName;

    public FakeAws Aws { get; } = new();

    public string ConfigPath => Path.Combine(folder, ".aws", "config");

    public (string Name, string Value)[] Instance =>
        [("AWS_EC2_METADATA_SERVICE_ENDPOINT", Aws.Url), ("AWS_EC2_METADATA_DISABLED", "false")];

    public (string Name, string Value)[] Container =>
    [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", $"{Aws.Url}/container"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", File("agent", FakeAws.AgentToken)),
    ];

    public (string Name, string Value)[] WebIdentity => [("AWS_WEB_IDENTITY_TOKEN_FILE", File("token", "a-token")), ("AWS_ROLE_ARN", Role)];

    /// <summary>The sandbox's variables without its keys, and these; one that is empty is taken away.</summary>
    public (string Name, string? Value)[] Environment(params (string Name, string Value)[] variables) =>
    [
        ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("HOME", folder), ("AWS_ENDPOINT_URL_STS", $"{Aws.Url}/sts"),
        .. variables.Select(variable => (variable.Name, variable.Value.Length > 0 ? variable.Value : null)),
    ];

    public void Config(params string[] profiles)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ConfigPath)!);
        File(ConfigPath, string.Join('\n', profiles));
    }

    public string File(string name, string text)
    {
        var path = Path.Combine(folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A program that prints keys, others each time.</summary>
    public string Process(TimeSpan lifetime) => File(
        "process",
        $$"""
        printf '{"Version":1,"AccessKeyId":"ASIAPROCESS%s","SecretAccessKey":"%s","SessionToken":"session","Expiration":"%s"}' \
          "$$" "{{FakeAws.SecretKey}}" "$(date -u -d '+{{(int)lifetime.TotalSeconds}} seconds' +%Y-%m-%dT%H:%M:%SZ)"
        """);

    public void Dispose()
    {
        Aws.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public static void AssertNoSecretIn(EsdbRollingAction.Sandbox.ProgramResult result) => Secrets.AssertNoneIn(
        [Secret, FakeAws.SecretKey, FakeAws.AgentToken], [("the log", result.Output), ("the log", result.Error)]);
}
