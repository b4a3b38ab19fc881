using Microsoft.AspNetCore.Http;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Cuts the connection of a node whose process is down; of a machine that is off nothing comes back at all.</summary>
/// <param name="isAsked">Somebody wants to know how the node is, whatever comes of that.</param>
/// <param name="isDown">The process does not run.</param>
/// <param name="isSilent">The machine does not even refuse.</param>
internal sealed class LineCutter(Action isAsked, Func<bool> isDown, Func<bool> isSilent) : ILineTrouble
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path == "/gossip")
        {
            isAsked();
        }

        if (!isDown())
        {
            await next(context);
            return;
        }

        if (isSilent())
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        context.Abort();
    }
}
