using Mlops.Server.Approvals;
using Scalar.AspNetCore;

namespace Mlops.Server.Security;

/// <summary>Headers that keep a browser from doing more with our pages than we do ourselves.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    /// <summary>Path of the API's browsable page, whose one inline script carries a nonce.</summary>
    public const string ApiPagePath = "/scalar";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state => SetAsync((HttpContext)state), context);
        return next(context);
    }

    private static Task SetAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy(context);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // The address of a signed link is a password.
        headers["Referrer-Policy"] = context.Request.Path.StartsWithSegments(ApprovalLinks.Prefix, StringComparison.OrdinalIgnoreCase) ? "no-referrer" : "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        return Task.CompletedTask;
    }

    private static string Policy(HttpContext context)
    {
        // 'self' of connect-src does not take web sockets in every browser; the host was checked before.
        var host = context.Request.Host.ToUriComponent();
        var script = context.Request.Path.StartsWithSegments(ApiPagePath, StringComparison.OrdinalIgnoreCase)
            && context.Items.TryGetValue(ScalarOptions.NonceHttpContextItemKey, out var nonce) ? $"'self' 'nonce-{nonce}'" : "'self'";
        return $"default-src 'self'; script-src {script}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
            + $"connect-src 'self' ws://{host} wss://{host}; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
    }
}
