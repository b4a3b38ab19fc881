using System.Net;
using Amazon.EC2;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Fuzz;

/// <summary>Answers every request of one flow of control with what that flow was told, and gives the program's client for it.</summary>
internal sealed class ToldAnswers : HttpClientFactory, IDisposable
{
    public const string SecretKey = "a-secret-key-that-is-long";
    private readonly Handler handler;
    private readonly HttpClient http;

    public ToldAnswers()
    {
        handler = new Handler(Answer);
        http = new HttpClient(handler, disposeHandler: false);
        var configuration = Ec2Client.Configuration("eu-west-1");
        configuration.ServiceURL = "http://127.0.0.1:9";
        configuration.MaxErrorRetry = 0;
        configuration.HttpClientFactory = this;
        Client = new ShortClient(new BasicAWSCredentials("AKIDEXAMPLE", SecretKey), configuration);
    }

    public AmazonEC2Client Client { get; }

    /// <summary>The answer to an action.</summary>
    public AsyncLocal<Func<string, (byte[] Body, HttpStatusCode Status)>> Answer { get; } = new();

    /// <summary>Whatever an exception says; the stack, which takes a hundred times as long to write down, holds nothing that was received.</summary>
    public static void AssertNoKeyIn(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            Assert.DoesNotContain(SecretKey, inner.Message, StringComparison.Ordinal);
        }
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose()
    {
        Client.Dispose();
        http.Dispose();
        handler.Dispose();
    }

    private sealed class Handler(AsyncLocal<Func<string, (byte[] Body, HttpStatusCode Status)>> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var form = await request.Content!.ReadAsStringAsync(cancellationToken);
            var (body, status) = answer.Value!(form[..Math.Max(0, form.IndexOf('&', StringComparison.Ordinal))]);
            return new HttpResponseMessage(status) { Content = new ByteArrayContent(body), RequestMessage = request };
        }
    }

    /// <summary>
    /// The SDK's client without the handlers that have no part in what an answer becomes: an exception that passes each of the nineteen
    /// costs ten times what all the rest does.
    /// </summary>
    private sealed class ShortClient(AWSCredentials credentials, AmazonEC2Config configuration) : AmazonEC2Client(credentials, configuration)
    {
        protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
        {
            base.CustomizeRuntimePipeline(pipeline);
            pipeline.RemoveHandler<MetricsHandler>();
            pipeline.RemoveHandler<ErrorCallbackHandler>();
            pipeline.RemoveHandler<CallbackHandler>();
            pipeline.RemoveHandler<CallbackHandler>();
            pipeline.RemoveHandler<CallbackHandler>();
            pipeline.RemoveHandler<CompressionHandler>();
            pipeline.RemoveHandler<RetryHandler>();
            pipeline.RemoveHandler<ChecksumHandler>();
            pipeline.RemoveHandler<EndpointDiscoveryHandler>();
            pipeline.RemoveHandler<Signer>();
        }
    }
}
