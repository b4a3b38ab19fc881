using System.Text.Json;
using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox.Model;
using Microsoft.AspNetCore.Http;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Resets the connection instead of the answer to a command that was accepted, where that is to be lost.</summary>
internal sealed class SsmAnswerLoser(Ssm ssm) : ILineTrouble
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (SsmBody.ActionOf(context.Request.Headers["X-Amz-Target"]) != "SendCommand")
        {
            await next(context);
            return;
        }

        var body = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await next(context);
        context.Response.Body = body;
        if (context.Response.StatusCode == StatusCodes.Status200OK && IsLost(kept.ToArray()))
        {
            context.Abort();
            return;
        }

        await body.WriteAsync(kept.GetBuffer().AsMemory(0, (int)kept.Length), context.RequestAborted);
    }

    /// <summary>What else went wrong on the way may have left half of it, or something else.</summary>
    private bool IsLost(byte[] answer)
    {
        try
        {
            return ssm.IsAnswerLost($"{JsonNode.Parse(answer)?["Command"]?["CommandId"]}");
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
