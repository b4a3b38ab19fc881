using Amazon;
using EsdbRollingAction.Core.Aws;
using EsdbRollingAction.Tests.Ec2;

namespace EsdbRollingAction.Tests.Aws;

[Collection(EnvironmentTests.Name)]
public sealed class ProfileKeysTests : IDisposable
{
    private readonly AwsEnvironment environment = new();
    private readonly string file = Path.GetTempFileName();

    public ProfileKeysTests() => AWSConfigs.AWSProfilesLocation = file;

    public void Dispose()
    {
        AWSConfigs.AWSProfilesLocation = null;
        environment.Dispose();
        File.Delete(file);
    }

    [Fact]
    public void Keys_that_are_replaced_in_the_file_are_used_from_then_on()
    {
        Write("AKIA1");
        var keys = new ProfileKeys(SharedProfile.InUse(_ => null));
        Assert.Equal("AKIA1", keys.GetCredentials().AccessKey);

        Write("AKIA2");

        Assert.Equal("AKIA2", keys.GetCredentials().AccessKey);
    }

    [Fact]
    public void While_the_file_is_being_written_the_last_keys_are_used()
    {
        Write("AKIA1");
        var keys = new ProfileKeys(SharedProfile.InUse(_ => null));

        foreach (var text in new[] { "", "[default]\naws_access_key_id = AKIA2\n", "[default]\naws_access" })
        {
            File.WriteAllText(file, text);

            Assert.Equal("AKIA1", keys.GetCredentials().AccessKey);
        }
    }

    private void Write(string id) => File.WriteAllText(file, $"[default]\naws_access_key_id = {id}\naws_secret_access_key = secret\n");
}
