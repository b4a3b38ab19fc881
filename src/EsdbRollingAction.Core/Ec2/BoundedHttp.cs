using Amazon.Runtime;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// The HTTP that AWS is asked with. The SDK reads an answer while it comes, however long and slow that is; here it is taken
/// whole first, within the time-out and up to a length that no honest answer has.
/// </summary>
internal sealed class BoundedHttp : HttpClientFactory
{
    /// <summary>As long as an attempt may take, its answer included.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A page of 200 instances is about 2 MiB, and so are a hundred composite alarms, whose rules are long.</summary>
    private const int LongestAnswer = 32 * 1024 * 1024;

    private static readonly WholeAnswers Whole = new();

    private static readonly Lazy<HttpClient> Shared = new(() =>
    {
        Whole.InnerHandler = Handler(Environment.GetEnvironmentVariable);
        return new HttpClient(Whole, disposeHandler: false) { Timeout = Patience };
    });

    /// <summary>What AWS is asked with where no SDK does it.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: <c>AWS_CA_BUNDLE</c> is not right.</exception>
    public static HttpClient Client => Shared.Value;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => Shared.Value;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    /// <summary>Connections of one's own.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: <c>AWS_CA_BUNDLE</c> is not right.</exception>
    internal static SocketsHttpHandler Handler(Func<string, string?> variable) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),

        // As for the SDKs of other languages it takes the place of the system's authorities.
        SslOptions = variable("AWS_CA_BUNDLE")?.Trim() is { Length: > 0 } file
            ? new() { CertificateChainPolicy = new PemFile("The file that AWS_CA_BUNDLE names", file).OnlyTheseAreTrusted() }
            : new(),
    };

    private sealed class WholeAnswers : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            try
            {
                await response.Content.LoadIntoBufferAsync(LongestAnswer, cancellationToken);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }
}
