using System.Net;
using System.Xml;
using Amazon.Runtime;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// Asks a service of the query protocol. For a question or two the service's own SDK would be a large part of the program.
/// </summary>
/// <param name="service">Which one.</param>
/// <param name="endpoint">Where it answers. Nothing is sent before there is a question.</param>
/// <param name="time">The clock that requests are signed by.</param>
internal sealed class QueryApi(QueryService service, QueryEndpoint endpoint, TimeProvider time)
{
    /// <summary>A list in a form.</summary>
    public static IEnumerable<(string Name, string Value)> List(string name, IEnumerable<string> values) =>
        values.Select((value, index) => ($"{name}.member.{index + 1}", value));

    /// <summary>Asks once.</summary>
    /// <param name="action">What is to be done.</param>
    /// <param name="fields">The fields of the form.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <exception cref="AmazonServiceException">It refused.</exception>
    /// <exception cref="AmazonClientException">There are no credentials.</exception>
    /// <exception cref="HttpRequestException">It could not be asked.</exception>
    /// <exception cref="XmlException">What answered is not the service.</exception>
    /// <exception cref="OperationCanceledException">It did not answer in time, or waiting was ended.</exception>
    public async Task<QueryAnswer> AskAsync(
        string action, IEnumerable<(string Name, string Value)> fields, CancellationToken cancellationToken)
    {
        (string Name, string Value)[] all = [("Action", action), ("Version", service.Version), .. fields];
        var form = string.Join('&', all.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address);
        var keys = await endpoint.Credentials.GetCredentialsAsync();
        new SignatureV4(endpoint.Region, service.Host).Sign(request, form, keys, time.GetUtcNow());
        using var answer = await BoundedHttp.Client.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.StatusCode is HttpStatusCode.OK ? QueryAnswer.Read(text) : throw Refusal(answer.StatusCode, text);
    }

    /// <summary>What a balancer or a proxy answers instead of the service has no code, and its status tells what it is.</summary>
    private static AmazonServiceException Refusal(HttpStatusCode status, string text)
    {
        QueryAnswer? answer = null;
        try
        {
            answer = QueryAnswer.Read(text);
        }
        catch (XmlException)
        {
            // A page.
        }

        var message = Excerpt.OfLines(answer?["Message"] ?? "");
        return new AmazonServiceException(message, null, ErrorType.Unknown, answer?["Code"], answer?["RequestId"], status);
    }
}
