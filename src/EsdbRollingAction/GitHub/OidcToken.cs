using System.Text.Json;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.GitHub;

/// <summary>GitHub's OIDC tokens: a fresh one whenever it is asked, for as long as the job runs.</summary>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="time">The clock.</param>
internal sealed class OidcToken(Func<string, string?> variable, TimeProvider time) : IWebIdentity, IDisposable
{
    private readonly BearerHttp http = new(time);

    /// <inheritdoc/>
    public async Task<WebIdentityToken> TokenAsync(string audience, CancellationToken cancellationToken)
    {
        var request = Request(audience);
        BearerAnswer answer;
        try
        {
            answer = await http.SendRepeatedlyAsync(request, cancellationToken);
        }
        catch (NoAnswerException e)
        {
            throw Refused(FailureReason.AwsUnreachable, $"could not be asked: {e.Message}", e);
        }

        return answer.IsSuccess
            ? new WebIdentityToken(Value(answer.Body) ?? throw Refused(FailureReason.PreflightRefused, "answered something that is not one"))
            : throw Refused(
                answer.MayPass ? FailureReason.AwsUnreachable : FailureReason.PreflightRefused,
                $"answered HTTP {(int)answer.Status}");
    }

    public void Dispose() => http.Dispose();

    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: the job may not ask for a token.</exception>
    private BearerRequest Request(string audience) =>
        variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN") is { Length: > 0 } token
        && Uri.TryCreate(variable("ACTIONS_ID_TOKEN_REQUEST_URL"), UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? new BearerRequest(HttpMethod.Get, With(url, audience), token, "application/json")
            : throw new RollingUpdateException(
                FailureReason.InvalidInput,
                "The input role-to-assume needs GitHub's OIDC token, which this job may not ask for:"
                + " give it `permissions: id-token: write`. Nothing was changed.");

    private static Uri With(Uri url, string audience) =>
        new UriBuilder(url) { Query = $"{url.Query}{(url.Query.Length > 1 ? "&" : "")}audience={Uri.EscapeDataString(audience)}" }.Uri;

    private static string? Value(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, GitHubJson.Default.OidcAnswer)?.Value is { Length: > 0 } value ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static RollingUpdateException Refused(FailureReason reason, string what, Exception? cause = null) =>
        new(reason, $"GitHub's service for OIDC tokens {what}.", cause);
}
