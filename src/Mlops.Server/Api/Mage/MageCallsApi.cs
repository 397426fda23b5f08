using Mlops.Server.Api.Triggers;

namespace Mlops.Server.Api.Mage;

/// <summary>The calls of triggers, which are the same in both APIs, where all of Mage's is.</summary>
internal static class MageCallsApi
{
    public static void MapMageCallsApi(this IEndpointRouteBuilder api)
    {
        api.MapPost("/pipeline_schedules/{id}/pipeline_runs/{token}", TriggerCallsApi.StartByPathAsync);
        api.MapPost("/pipeline_schedules/{id}/api_trigger", TriggerCallsApi.StartByHeaderAsync);
    }
}
