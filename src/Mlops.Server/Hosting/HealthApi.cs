using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mlops.Core.Database;
using Mlops.Server.Jobs;
using Mlops.Server.Security;

namespace Mlops.Server.Hosting;

/// <summary><c>/health</c>: the process lives; <c>/health/ready</c>: it can take and run pipelines. For container probes, hence anonymous.</summary>
internal static class HealthApi
{
    private const string Ready = "ready";

    public static IServiceCollection AddMlopsHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<DatabaseCheck>("database", tags: [Ready])
            .AddCheck<RunQueueCheck>("queue", tags: [Ready]);
        return services;
    }

    public static void MapHealthApi(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/health", _ => false);
        Map(routes, "/health/ready", check => check.Tags.Contains(Ready));
    }

    private static void Map(IEndpointRouteBuilder routes, string pattern, Func<HealthCheckRegistration, bool> predicate) =>
        routes.MapHealthChecks(pattern, new HealthCheckOptions { Predicate = predicate, ResponseWriter = WriteAsync }).WithMetadata(AccessPolicies.Anonymous);

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = Word(report.Status),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => Word(entry.Value.Status)),
    });

    private static string Word(HealthStatus status) => status == HealthStatus.Healthy ? "healthy" : "unhealthy";

    /// <summary>The database answers; its tables were brought up to date before the server listened.</summary>
    private sealed class DatabaseCheck(MetadataDatabase database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await database.PingAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception exception) when (DatabaseHealth.IsAway(exception))
            {
                // The log has it already, and a probe that comes every few seconds is no place for a stack trace.
                return HealthCheckResult.Unhealthy(exception.Message);
            }
        }
    }

    private sealed class RunQueueCheck(HangfireServer server) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(server.IsRunning ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("No runs are taken: this process starts or stops."));
    }
}
