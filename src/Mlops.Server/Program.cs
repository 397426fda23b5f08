using Mlops.Server.Api;
using Mlops.Server.Api.Mage;
using Mlops.Server.Approvals;
using Mlops.Server.Commands;
using Mlops.Server.Components;
using Mlops.Server.Hosting;
using Mlops.Server.Logging;
using Mlops.Server.Security;

namespace Mlops.Server;

/// <summary>The program: a command line whose default is to serve.</summary>
public sealed class Program
{
    private Program()
    {
    }

    public static Task<int> Main(string[] args) => MlopsCommandLine.InvokeAsync(args, ServeAsync);

    private static async Task<int> ServeAsync(string[] configurationArguments)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = configurationArguments, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddMlopsEnvironment();
        var options = ServerOptionsReader.Read(builder.Configuration);

        builder.WebHost.UseUrls(options.Urls).UseStaticWebAssets();
        builder.AddMlopsLogging(options);
        builder.Services
            .AddMlopsEngine(options)
            .AddMlopsSecurity()
            .AddMlopsHealth()
            .AddMlopsApi()
            .AddMlopsApprovals()
            .AddMlopsComponents();

        var app = builder.Build();
        app.UseMlopsRequestLogging();
        app.UseMlopsSecurity();
        app.UseHeadAsGet();
        app.UseMageKey();
        app.UseMlopsErrors();
        app.UseRouting();
        app.UseMlopsAccess();
        app.UseAntiforgery();
        app.MapHealthApi();
        app.MapMlopsApi();
        app.MapApprovalLinks();
        app.MapStaticAssets().RequireAuthorization(AccessPolicies.LocalAccess);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode().RequireAuthorization(AccessPolicies.LocalAccess);
        await app.ServeUntilStoppedAsync(options);
        return 0;
    }
}
