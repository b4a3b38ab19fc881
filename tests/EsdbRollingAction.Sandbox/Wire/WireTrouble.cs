using System.Net;
using System.Text;
using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;
using Microsoft.AspNetCore.Http;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Lets requests of the program go wrong; the appending client's are left alone.</summary>
/// <param name="fates">What becomes of them.</param>
/// <param name="late">Longer than the program waits for an answer.</param>
/// <param name="target">Who is asked, for the log.</param>
/// <param name="log">Where what went wrong is written down.</param>
internal sealed class WireTrouble(Fates fates, TimeSpan late, string target, RequestLog log)
{
    private const string Page = "<html><body><h1>The page of a proxy</h1></body></html>";

    private static readonly TimeSpan LateForANode = TimeSpan.FromSeconds(3.2);
    private static readonly TimeSpan LateForAws = TimeSpan.FromSeconds(10.5);

    public static WireTrouble? For(ModelWorld model, Faults faults, string target, RequestLog log) =>
        faults.Trouble is { } trouble && model.Troublemaker is { } maker
            ? new WireTrouble(new Fates(trouble, maker, target), target is "ec2" or "ssm" or CloudWatchServer.Target ? LateForAws : LateForANode, target, log)
            : null;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/streams", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        var kind = await KindAsync(context.Request);
        var fate = fates.Next(kind);
        if (fate != Fate.Answered)
        {
            log.Add(target, "TROUBLE", $"{kind} {fate}", 0);
        }

        await (fate switch
        {
            Fate.Answered => next(context),
            Fate.Reset => AbortAsync(context),
            Fate.PageInstead => WriteAsync(context, HttpStatusCode.OK, Page, "text/html"),
            Fate.TooMany => WriteAsync(context, HttpStatusCode.TooManyRequests, "", "text/plain"),
            Fate.ServerError => WriteAsync(context, HttpStatusCode.ServiceUnavailable, Page, "text/html"),
            Fate.AnswerLost or Fate.AnswerLate or Fate.AnswerCut => SpoilAsync(context, next, fate),
            Fate.ThrottlingException or Fate.InternalServerError =>
                WriteAsync(context, StatusOf(fate), SsmJson.Error($"{fate}", "It is so for a while.").ToJsonString(), SsmServer.ContentType),
            Fate.Throttling or Fate.InternalFailure =>
                WriteAsync(context, StatusOf(fate), CloudWatchXml.Error($"{fate}", "It is so for a while."), "text/xml"),
            _ => WriteAsync(context, StatusOf(fate), Ec2Xml.Error($"{fate}", "It is so for a while."), "text/xml;charset=UTF-8"),
        });
    }

    private static async Task<string> KindAsync(HttpRequest request)
    {
        if (request.Path != "/")
        {
            return request.Path;
        }

        if (SsmBody.ActionOf(request.Headers["X-Amz-Target"]) is { Length: > 0 } action)
        {
            return action;
        }

        request.EnableBuffering();
        using var reader = new StreamReader(request.Body, leaveOpen: true);
        var form = Ec2Form.Parse(await reader.ReadToEndAsync());
        request.Body.Position = 0;
        return form.DryRun ? $"{form.Action} DryRun" : form.Action;
    }

    private async Task SpoilAsync(HttpContext context, RequestDelegate next, Fate fate)
    {
        var body = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await next(context);
        context.Response.Body = body;
        if (fate == Fate.AnswerLost)
        {
            await AbortAsync(context);
            return;
        }

        if (fate == Fate.AnswerLate)
        {
            await Task.Delay(late, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var length = (int)(fate == Fate.AnswerCut ? kept.Length / 2 : kept.Length);
        context.Response.ContentLength = context.Response.StatusCode == StatusCodes.Status204NoContent ? null : length;
        await body.WriteAsync(kept.GetBuffer().AsMemory(0, length), context.RequestAborted);
    }

    private static Task AbortAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, HttpStatusCode status, string body, string type)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body, Encoding.UTF8, context.RequestAborted);
    }

    private static HttpStatusCode StatusOf(Fate fate) => fate switch
    {
        Fate.RequestLimitExceeded => HttpStatusCode.ServiceUnavailable,
        Fate.InternalError or Fate.InternalServerError or Fate.InternalFailure or Fate.InsufficientInstanceCapacity => HttpStatusCode.InternalServerError,
        _ => HttpStatusCode.BadRequest,
    };
}
