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
        ProjectsPath = projectsPath ?? CopyProjects();
        UseKestrel(0);
    }

    /// <summary>Further settings by key, such as <c>Mlops:Database</c>; to be set before the server is started.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>The folder that this server reads and its blocks write to.</summary>
    public string ProjectsPath { get; }

    /// <summary>Such as <c>http://127.0.0.1:40001</c>.</summary>
    public string Address => Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    /// <summary>The folder of its database, outputs and logs.</summary>
    public string DataPath => _folder.Combine("data");

    /// <summary>Absolute path of a file of the project <c>unit_0_setup</c>.</summary>
    public string ProjectFile(params string[] parts) => Path.Combine([ProjectsPath, "unit_0_setup", .. parts]);

    /// <summary>Writes a file into the project <c>unit_0_setup</c>.</summary>
    public void WriteFile(string relativePath, string text)
    {
        var path = ProjectFile(relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Writes a pipeline into the project <c>unit_0_setup</c>.</summary>
    public void WritePipeline(string uuid, string yaml) => WriteFile(Path.Combine("pipelines", uuid, "metadata.yaml"), yaml);

    /// <summary>With their triggers switched off: a test that crosses a full hour is not to find a run that it did not start.</summary>
    private string CopyProjects()
    {
        var projects = _folder.CopyFolder(Repository.Combine("projects"), "projects");
        foreach (var path in Directory.GetFiles(projects, "triggers.yaml", SearchOption.AllDirectories))
        {
            File.WriteAllText(path, File.ReadAllText(path).Replace("status: active", "status: inactive", StringComparison.Ordinal));
        }

        return projects;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.UseSetting("Mlops:Projects", ProjectsPath);
        builder.UseSetting("Mlops:DataDir", DataPath);
        // One is enough for these tests, each of which has a server of its own.
        builder.UseSetting("Mlops:Runners", "1");
        foreach (var (key, value) in Settings)
        {
            builder.UseSetting(key, value);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
