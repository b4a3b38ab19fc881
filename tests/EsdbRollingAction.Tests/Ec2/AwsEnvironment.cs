using Amazon.Runtime;

namespace EsdbRollingAction.Tests.Ec2;

/// <summary>Tests that change the process's environment run alone, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EnvironmentTests
{
    public const string Name = "process environment";
}

/// <summary>The AWS variables of the process, emptied and set for one test, and put back after it.</summary>
internal sealed class AwsEnvironment : IDisposable
{
    private readonly Dictionary<string, string?> before = [];

    public AwsEnvironment(params (string Name, string Value)[] variables)
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(n => n.StartsWith("AWS_", StringComparison.Ordinal)))
        {
            Set(name, null);
        }

        // No instance metadata and no files of the person who runs the tests.
        Set("AWS_EC2_METADATA_DISABLED", "true");
        Set("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        Set("AWS_CONFIG_FILE", "/dev/null");
        foreach (var (name, value) in variables)
        {
            Set(name, value);
        }

        FallbackRegionFactory.Reset();
    }

    public void Dispose()
    {
        foreach (var (name, value) in before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        FallbackRegionFactory.Reset();
    }

    private void Set(string name, string? value)
    {
        before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }
}
