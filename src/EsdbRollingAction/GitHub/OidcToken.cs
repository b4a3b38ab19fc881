using System.Text.Json;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.GitHub;

/// <summary>GitHub's OIDC tokens: a fresh one whenever it is asked, for as long as the job runs.</summary>
internal sealed class OidcToken(Func<string, string?> variable, TimeProvider time) : IWebIdentity, IDisposable
{
    private readonly BearerHttp http = new(time);

    public async Task<WebIdentityToken> TokenAsync(string audience, CancellationToken cancellationToken)
    {
        var request = Request(audience);
        try
        {
            return Token(await http.SendRepeatedlyAsync(request, cancellationToken));
        }
        catch (NoAnswerException e)
        {
            throw Refused(FailureReason.AwsUnreachable, $"could not be asked: {e.Message}", e);
        }
        catch (JsonException)
        {
            // Its message could quote the answer.
            throw NotAToken();
        }
    }

    public void Dispose() => http.Dispose();

    private BearerRequest Request(string audience)
    {
        var url = HttpAddress.Parse(variable("ACTIONS_ID_TOKEN_REQUEST_URL"));
        var token = variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
        if (url is null || string.IsNullOrEmpty(token))
        {
            throw new RollingUpdateException(
                FailureReason.InvalidInput,
                "The input role-to-assume needs GitHub's OIDC token, which this job may not ask for:"
                + " give it `permissions: id-token: write`. Nothing was changed.");
        }

        var separator = url.Query.Length > 1 ? "&" : "";
        var query = $"{url.Query}{separator}audience={Uri.EscapeDataString(audience)}";
        return new BearerRequest(HttpMethod.Get, new UriBuilder(url) { Query = query }.Uri, token, "application/json");
    }

    private static WebIdentityToken Token(BearerAnswer answer)
    {
        if (!answer.IsSuccess)
        {
            var reason = answer.MayPass ? FailureReason.AwsUnreachable : FailureReason.PreflightRefused;
            throw Refused(reason, $"answered HTTP {answer.Code}");
        }

        var value = JsonSerializer.Deserialize(answer.Body, GitHubJson.Default.OidcAnswer)?.Value;
        return string.IsNullOrEmpty(value) ? throw NotAToken() : new WebIdentityToken(value);
    }

    private static RollingUpdateException NotAToken() =>
        Refused(FailureReason.PreflightRefused, "answered something that is not one");

    private static RollingUpdateException Refused(FailureReason reason, string what, Exception? cause = null) =>
        new(reason, $"GitHub's service for OIDC tokens {what}.", cause);
}
