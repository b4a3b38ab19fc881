using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>
/// The HTTP that AWS is asked with. The SDK reads an answer while it comes, however long and slow that is; here it is taken
/// whole first, within the time-out and up to a length that no honest answer has.
/// </summary>
internal sealed class BoundedHttp : HttpClientFactory
{
    /// <summary>As long as an attempt may take, its answer included.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A page of 200 instances is about 2 MiB.</summary>
    private const int LongestAnswer = 32 * 1024 * 1024;

    private static readonly SocketsHttpHandler Sockets = new() { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5) };

    private static readonly WholeAnswers Whole = new() { InnerHandler = Sockets };

    private static readonly HttpClient Shared = new(Whole) { Timeout = Patience };

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => Shared;

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

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
