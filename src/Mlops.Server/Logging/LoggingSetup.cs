using System.Globalization;
using Mlops.Core.Workers;
using Mlops.Server.Api.Mage;
using Mlops.Server.Approvals;
using Mlops.Server.Hosting;
using Mlops.Server.Security;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Mlops.Server.Logging;

/// <summary>Where log lines go: people read the console, programs the compact JSON files under the data folder.</summary>
internal static class LoggingSetup
{
    private const long FileSizeBytes = 20 * 1024 * 1024;
    private const int FileCount = 10;
    private const string ConsoleTemplate = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Logs of a server or worker: console and files.</summary>
    public static void AddMlopsLogging(this IHostApplicationBuilder builder, MlopsServerOptions options) => builder.Services.AddSerilog(
        (_, logger) => WriteToFiles(Configure(logger, builder.Configuration), options.DataPath, options.Role == WorkerRole.Server ? "mlops-.log" : "mlops-worker-.log")
            .WriteTo.Console(outputTemplate: ConsoleTemplate, formatProvider: CultureInfo.InvariantCulture),
        preserveStaticLogger: true);

    /// <summary>Logs of a command: files only, since the terminal shows the command's own output.</summary>
    public static void AddMlopsCommandLogging(this IHostApplicationBuilder builder, string dataPath) => builder.Services.AddSerilog(
        (_, logger) => WriteToFiles(Configure(logger, builder.Configuration), dataPath, "mlops-command-.log"), preserveStaticLogger: true);

    /// <summary>One line for a request that changes something or fails: method, path without its query, status, time. What only reads is noise.</summary>
    public static void UseMlopsRequestLogging(this WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        options.GetLevel = (context, _, exception) =>
            exception is not null || context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? LogEventLevel.Error
            : HttpMethods.IsPost(context.Request.Method) && IsNoted(context.Request.Path) ? LogEventLevel.Information
            : LogEventLevel.Debug;
    });

    /// <summary>What pages change goes another way than by requests.</summary>
    private static bool IsNoted(PathString path) => new[] { "/api", MageApi.Prefix, ApprovalLinks.Prefix }
        .Any(prefix => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase));

    private static LoggerConfiguration Configure(LoggerConfiguration logger, IConfiguration configuration) => logger
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("System", LogEventLevel.Warning)
        .MinimumLevel.Override("Hangfire", LogEventLevel.Warning)
        // Says at every start that the keys under the data folder are not encrypted: they are no more secret than the database beside them.
        .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
        .ReadFrom.Configuration(configuration)
        .Enrich.FromLogContext()
        .Enrich.With<TokenMask>();

    private static LoggerConfiguration WriteToFiles(LoggerConfiguration logger, string dataPath, string fileName) => logger.WriteTo.File(
        new CompactJsonFormatter(),
        Path.Combine(dataPath, "logs", fileName),
        rollingInterval: RollingInterval.Day,
        fileSizeLimitBytes: FileSizeBytes,
        rollOnFileSizeLimit: true,
        retainedFileCountLimit: FileCount);
}
