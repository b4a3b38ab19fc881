using System.Net.Security;
using System.Security.Authentication;

namespace EsdbRollingAction;

/// <summary>
/// Whether this machine lets the program speak TLS: it begins a handshake with nobody. Where OpenSSL's libssl is missing the runtime
/// ends the process right here, before a roll, instead of at the first request to AWS.
/// </summary>
internal static class TlsCheck
{
    public const string Argument = "--check-tls";

    public static async Task<int> RunAsync(TextWriter error)
    {
        using var nobody = new MemoryStream();
        using var tls = new SslStream(nobody);
        try
        {
            await tls.AuthenticateAsClientAsync("ec2.amazonaws.com");
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // Nobody answers: what counts is whether there was something to answer to.
            if (nobody.Length > 0)
            {
                return ExitCode.Done;
            }

            await error.WriteLineAsync($"error: {exception.Message} {exception.InnerException?.Message}".TrimEnd());
        }

        return ExitCode.UpdateFailed;
    }
}
