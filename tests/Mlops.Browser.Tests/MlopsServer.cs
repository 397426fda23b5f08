using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Server;
using Mlops.Testing;

namespace Mlops.Browser.Tests;

/// <summary>The product on a free port of this machine, with an empty data folder, on a copy of the repository's projects unless told otherwise.</summary>
public sealed class MlopsServer : WebApplicationFactory<Program>
{
    private readonly TempFolder _folder = new();

    public MlopsServer(string? projectsPath = null)
    {
        ProjectsPath = projectsPath ?? _folder.CopyFolder(Repository.Combine("projects"), "projects");
        UseKestrel(0);
    }

    /// <summary>The folder that this server reads and its blocks write to.</summary>
    public string ProjectsPath { get; }

    /// <summary>Such as <c>http://127.0.0.1:40001</c>.</summary>
    public string Address => Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    /// <summary>Absolute path of a file of the project <c>unit_0_setup</c>.</summary>
    public string ProjectFile(params string[] parts) => Path.Combine([ProjectsPath, "unit_0_setup", .. parts]);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.UseSetting("Mlops:Projects", ProjectsPath);
        builder.UseSetting("Mlops:DataDir", _folder.Combine("data"));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
