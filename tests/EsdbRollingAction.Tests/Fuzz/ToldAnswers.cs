using System.Net;
using Amazon.EC2;
using Amazon.Runtime;
using EsdbRollingAction.Core.Instances;

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
        Client = new AmazonEC2Client(new BasicAWSCredentials("AKIDEXAMPLE", SecretKey), configuration);
    }

    public AmazonEC2Client Client { get; }

    /// <summary>The answer to an action.</summary>
    public AsyncLocal<Func<string, (byte[] Body, HttpStatusCode Status)>> Answer { get; } = new();

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
}
