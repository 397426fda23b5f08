namespace Mlops.Server.Api.Mage;

/// <summary>
/// Tells clients of Mage from ours where both know an address: they send Mage's key, the same public constant in every installation. It proves nothing
/// and opens nothing, whatever its value; it only says in which words the answer is wanted.
/// </summary>
internal static class MageKey
{
    private const string HeaderName = "X-API-KEY";
    private const string QueryName = "api_key";

    /// <summary>The resources that both have; what is below a single one is ours alone.</summary>
    private static readonly PathString[] Shared = [new("/api/pipeline_runs"), new("/api/backfills")];

    /// <summary>Has requests with Mage's key answered by its addresses. Comes before routing.</summary>
    public static void UseMageKey(this WebApplication app) => app.Use(async (context, next) =>
    {
        var path = context.Request.Path;
        if (!IsShared(path) || !HasKey(context.Request))
        {
            await next(context);
            return;
        }

        context.Request.Path = "/mage" + path;
        try
        {
            await next(context);
        }
        finally
        {
            // What comes before, such as the log of requests, knows it as it was asked.
            context.Request.Path = path;
        }
    });

    private static bool IsShared(PathString path) => Array.Exists(
        Shared,
        shared => path.StartsWithSegments(shared, StringComparison.OrdinalIgnoreCase, out var rest) && rest.Value?.Trim('/').Contains('/', StringComparison.Ordinal) != true);

    private static bool HasKey(HttpRequest request) => request.Headers.ContainsKey(HeaderName) || request.Query.ContainsKey(QueryName);
}
