using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mlops.Server.Security;

/// <summary>Registration of the security of the first day.</summary>
internal static class SecurityServices
{
    /// <summary>Greatest body of a request, bytes. No request of ours needs more: code and data come from files.</summary>
    public const long MaximumBodyBytes = 1024 * 1024;

    private const int MaximumConnections = 2000;

    /// <summary>Open pages at a time, each of which holds a web socket and its state.</summary>
    private const int MaximumPages = 500;

    /// <summary>Pages whose connection was lost and that are kept for three minutes in case it comes back.</summary>
    private const int MaximumLostPages = 20;

    public static IServiceCollection AddMlopsSecurity(this IServiceCollection services, string dataPath)
    {
        // Beside the database, so that pages that are open survive a restart, and a container needs no home folder.
        services.AddDataProtection().SetApplicationName("mlops").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(dataPath, "keys")));
        services.AddAuthentication(LocalAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, LocalAuthenticationHandler>(LocalAuthenticationHandler.SchemeName, null);
        services.AddAuthorization(AccessPolicies.Configure);
        services.AddAntiforgery(options =>
        {
            options.SuppressXFrameOptionsHeader = true;
            options.Cookie.Name = "mlops-antiforgery";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = MaximumBodyBytes;
            options.Limits.MaxConcurrentConnections = MaximumConnections;
            options.Limits.MaxConcurrentUpgradedConnections = MaximumPages;
        });
        services.Configure<CircuitOptions>(options => options.DisconnectedCircuitMaxRetained = MaximumLostPages);
        return services;
    }

    /// <summary>The checks that come before anything looks at a request.</summary>
    public static void UseMlopsSecurity(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<HostCheck>();
    }

    /// <summary>Who may do what with the endpoint that a request was routed to.</summary>
    public static void UseMlopsAccess(this WebApplication app)
    {
        app.UseMiddleware<CrossOriginCheck>();
        app.UseAuthentication();
        app.UseAuthorization();
    }
}
