using Microsoft.Extensions.Primitives;
using Mlops.Server.Api.Problems;
using Mlops.Server.Hosting;

namespace Mlops.Server.Security;

/// <summary>
/// Answers only requests that name this server: a foreign web page whose name was pointed at 127.0.0.1 (DNS rebinding) sends its own name.
/// </summary>
internal sealed class HostCheck(RequestDelegate next, MlopsServerOptions options, ILogger<HostCheck> logger)
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];
    private readonly IList<StringSegment> _allowed = AllowedHosts(options);

    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host.Host;
        if (host.Length > 0 && HostString.MatchesAny(host, _allowed))
        {
            return next(context);
        }

        logger.RequestRefused(context.Request.Method, context.Request.Path, $"host '{host}'");
        return Problem.InvalidHost(host).WriteAsync(context);
    }

    private static List<StringSegment> AllowedHosts(MlopsServerOptions options)
    {
        // Who binds to a name means to be called by it; an address of all interfaces names nobody.
        var bound = options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(url => BindingAddress.Parse(url).Host)
            .Where(host => host is not ("*" or "+" or "0.0.0.0" or "[::]"));
        return [.. Loopback.Concat(bound).Concat(options.AllowedHosts).Distinct().Select(host => new StringSegment(host))];
    }
}
