using Microsoft.AspNetCore.Http;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Stands between who asks and who answers.</summary>
internal interface ILineTrouble
{
    Task InvokeAsync(HttpContext context, RequestDelegate next);
}
