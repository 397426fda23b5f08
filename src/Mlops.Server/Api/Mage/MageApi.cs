using Mlops.Server.Security;

namespace Mlops.Server.Api.Mage;

/// <summary>
/// Mage's REST API for the clients that people already have: all of it under <c>/mage/api</c>, and what our own API leaves free also under <c>/api</c>,
/// where those clients look for it.
/// </summary>
internal static class MageApi
{
    /// <summary>Where all of it is.</summary>
    public const string Prefix = "/mage/api";

    /// <summary>Where Mage has it.</summary>
    public const string MagePrefix = "/api";

    public static void MapMageApi(this WebApplication app)
    {
        var all = Map(app, Prefix);
        var operators = all.MapGroup("").RequireAuthorization(AccessPolicies.LocalAccess);
        operators.MapMagePipelineRunsApi();
        operators.MapMageBackfillApi();
        MapFree(operators);
        var callers = all.MapGroup("").RequireAuthorization(AccessPolicies.TriggerToken);
        callers.MapMageCallsApi();
        callers.MapMageRunsApi();

        var free = Map(app, MagePrefix);
        MapFree(free.MapGroup("").RequireAuthorization(AccessPolicies.LocalAccess));
        free.MapGroup("").RequireAuthorization(AccessPolicies.TriggerToken).MapMageRunsApi();
    }

    /// <summary>The paths that there are, as Mage writes them.</summary>
    public static IReadOnlyList<string> Describe(EndpointDataSource endpoints) =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>().Select(endpoint => "/" + endpoint.RoutePattern.RawText?.Trim('/'))
            .Where(path => path.StartsWith(Prefix, StringComparison.Ordinal)).Select(path => path[(Prefix.Length - MagePrefix.Length)..])
            .Distinct().Order(StringComparer.Ordinal)];

    // Ours is the API that is described: two ways to say one thing would only confuse whoever begins.
    private static RouteGroupBuilder Map(WebApplication app, string prefix) => app.MapGroup(prefix).WithMetadata(MageEndpoint.Instance).ExcludeFromDescription();

    private static void MapFree(IEndpointRouteBuilder api)
    {
        api.MapMageStatusesApi();
        api.MapMagePipelinesApi();
        api.MapMageSchedulesApi();
        api.MapMageBlockRunsApi();
        api.MapMageLogsApi();
        api.MapMageProductsApi();
        api.MapMageBackfillsApi();
    }
}

/// <summary>Marks endpoints that answer as Mage does, in errors too.</summary>
internal sealed class MageEndpoint
{
    private MageEndpoint()
    {
    }

    public static MageEndpoint Instance { get; } = new();
}
