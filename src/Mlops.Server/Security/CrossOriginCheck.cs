using Microsoft.AspNetCore.Authorization;
using Mlops.Server.Api.Problems;

namespace Mlops.Server.Security;

/// <summary>
/// Refuses what a foreign web page asks a browser to change here, and its web sockets. Browsers say where a request comes from by
/// Sec-Fetch-Site, older ones by Origin; programs such as curl send neither and are let through. Where a token is asked for, which no browser sends by
/// itself, anybody may come; so must the form of a signed link, whose page wants no referrer and therefore names no origin without https. Comes after
/// routing, to know.
/// </summary>
internal sealed class CrossOriginCheck(RequestDelegate next, ILogger<CrossOriginCheck> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (IsHarmless(request) || IsOwn(request) || WantsToken(context))
        {
            return next(context);
        }

        logger.RequestRefused(request.Method, request.Path, $"origin '{request.Headers.Origin}'");
        return Problem.ForeignOrigin(request.Headers.Origin.ToString()).WriteAsync(context);
    }

    private static bool IsHarmless(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        && !request.HttpContext.WebSockets.IsWebSocketRequest && !request.Headers.Upgrade.Contains("websocket", StringComparer.OrdinalIgnoreCase);

    private static bool WantsToken(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>() is [.., { Policy: AccessPolicies.TriggerToken or AccessPolicies.ApprovalLink }];

    private static bool IsOwn(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is "same-origin" or "none";
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, Authority(request), StringComparison.OrdinalIgnoreCase));
    }

    // Uri leaves out the port that is its scheme's own; so must the other side of the comparison.
    private static string Authority(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var uri) ? uri.Authority : request.Host.ToString();
}
