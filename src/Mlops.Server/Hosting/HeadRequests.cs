namespace Mlops.Server.Hosting;

/// <summary>
/// Every address that answers GET answers HEAD, as HTTP wants and link checkers and probes expect; Razor pages and mapped handlers take GET only.
/// The handler runs as for GET, and the server leaves out the body.
/// </summary>
internal static class HeadRequests
{
    /// <summary>Has HEAD handled as GET by all that comes after.</summary>
    public static void UseHeadAsGet(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            // What comes before, such as the log of requests, knows it as it was asked.
            context.Request.Method = HttpMethods.Head;
        }
    });
}
