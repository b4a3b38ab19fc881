using Amazon.Runtime;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Aws;

/// <summary>The keys in environment variables.</summary>
internal static class EnvironmentKeys
{
    /// <summary>The keys, or null when none is set.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="InstanceException">Only one of the two is set: what another source gives would be another identity.</exception>
    public static AWSCredentials? Find(Func<string, string?> variable)
    {
        var id = variable("AWS_ACCESS_KEY_ID");
        var secret = variable("AWS_SECRET_ACCESS_KEY") is { Length: > 0 } usual ? usual : variable("AWS_SECRET_KEY");
        return (id, secret) switch
        {
            ({ Length: > 0 }, { Length: > 0 }) => Keys(id, secret, variable("AWS_SESSION_TOKEN")),
            ({ Length: > 0 }, _) => throw Half("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
            (_, { Length: > 0 }) => throw Half("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
            _ => null,
        };
    }

    private static AWSCredentials Keys(string id, string secret, string? token) =>
        string.IsNullOrEmpty(token) ? new BasicAWSCredentials(id, secret) : new SessionAWSCredentials(id, secret, token);

    private static InstanceException Half(string set, string missing) => new(
        InstanceErrorKind.CredentialsMissing, "NoCredentials", $"The AWS credentials are not complete: {set} is set and {missing} is not.");
}
