using System.CommandLine;
using Mlops.Core.Workers;
using Mlops.Server.Hosting;
using Mlops.Server.Logging;

namespace Mlops.Server.Commands;

/// <summary><c>worker</c>: takes runs from the PostgreSQL database that it shares with the servers, without web pages.</summary>
internal static class WorkerCommand
{
    public static Command Create(Func<ParseResult, string[]> configuration)
    {
        var command = new Command(
            "worker",
            "Take runs from the PostgreSQL database of a server, beside it or on another machine that has the same projects and outputs. "
            + "Opens no port unless --urls is given, and then only for /health and /health/ready.");
        command.SetAction(parsed => WorkAsync(configuration(parsed)));
        return command;
    }

    private static async Task<int> WorkAsync(string[] configuration)
    {
        // Only what the command line gives: the addresses of a server's environment are the server's.
        var listens = configuration.Any(argument => argument.StartsWith("--urls=", StringComparison.OrdinalIgnoreCase));
        var (host, options) = listens ? BuildListening(configuration) : BuildSilent(configuration);
        await host.WorkUntilStoppedAsync(options);
        return ExitCodes.Completed;
    }

    private static (IHost Host, MlopsServerOptions Options) BuildSilent(string[] configuration)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = configuration, ContentRootPath = AppContext.BaseDirectory });
        var options = Add(builder);
        return (builder.Build(), options);
    }

    private static (IHost Host, MlopsServerOptions Options) BuildListening(string[] configuration)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = configuration, ContentRootPath = AppContext.BaseDirectory });
        var options = Add(builder);
        builder.WebHost.UseUrls(options.Urls).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddMlopsHealth();
        var app = builder.Build();
        app.MapHealthApi();
        return (app, options);
    }

    private static MlopsServerOptions Add(IHostApplicationBuilder builder)
    {
        builder.Configuration.AddMlopsEnvironment();
        var options = ServerOptionsReader.Read(builder.Configuration, WorkerRole.Worker);
        builder.AddMlopsLogging(options);
        builder.Services.AddMlopsEngine(options);
        return options;
    }
}
