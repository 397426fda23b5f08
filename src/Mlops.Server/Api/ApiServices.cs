using System.Text.Json;
using System.Text.Json.Serialization;
using Mlops.Server.Api.Backfills;
using Mlops.Server.Api.Mage;
using Mlops.Server.Api.OpenApi;
using Mlops.Server.Api.Outputs;
using Mlops.Server.Api.Problems;
using Mlops.Server.Api.Products;
using Mlops.Server.Api.Triggers;
using Mlops.Server.Security;
using Scalar.AspNetCore;

namespace Mlops.Server.Api;

/// <summary>Registration of the REST API.</summary>
internal static class ApiServices
{
    private const string Prefix = "/api";

    public static IServiceCollection AddMlopsApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => ConfigureJson(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi(options => options.AddDocumentTransformer<DocumentInfo>());
        services.AddSingleton<MagePipelineFinder>();
        services.AddSingleton<MagePipelines>();
        services.AddSingleton<MagePipelineChanges>();
        services.AddSingleton<MageSchedules>();
        services.AddSingleton<MageRuns>();
        services.AddSingleton<MageOutputs>();
        services.AddSingleton<MageBlockCalls>();
        services.AddSingleton<MageLogs>();
        return services.AddSingleton<BlockOutputReader>();
    }

    /// <summary>Errors of the API become ProblemDetails, those of pages become pages.</summary>
    public static void UseMlopsErrors(this WebApplication app)
    {
        app.UseWhen(IsApi, api =>
        {
            api.UseMiddleware<ApiErrors>();
            api.UseStatusCodePages(context => Problem.ForStatus(context.HttpContext).WriteAsync(context.HttpContext));
        });
        app.UseWhen(context => !IsApi(context), pages =>
        {
            pages.UseExceptionHandler("/error", createScopeForErrors: true);
            pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        });
    }

    private static bool IsApi(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Prefix) || context.Request.Path.StartsWithSegments(MageApi.Prefix);

    public static void MapMlopsApi(this WebApplication app)
    {
        var api = app.MapGroup(Prefix).RequireAuthorization(AccessPolicies.LocalAccess);
        api.MapProjectsApi();
        api.MapPipelinesApi();
        api.MapPipelineInputsApi();
        api.MapPipelineRunsApi();
        api.MapRunLogsApi();
        api.MapBlockOutputsApi();
        api.MapApprovalsApi();
        api.MapTriggersApi();
        api.MapBackfillsApi();
        api.MapProductsApi();
        api.MapWorkersApi();
        api.MapSecretsApi();
        api.MapVariablesApi();
        app.MapGroup(Prefix).RequireAuthorization(AccessPolicies.TriggerToken).MapTriggerCallsApi();
        app.MapMageApi();
        app.MapOpenApi().RequireAuthorization(AccessPolicies.LocalAccess);
        app.MapScalarApiReference(SecurityHeaders.ApiPagePath, options => options
            .WithTitle("Mlops API").WithNonce().DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton())
            .RequireAuthorization(AccessPolicies.LocalAccess);
    }

    public static void ConfigureJson(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new UtcJsonConverter());
    }
}
