#pragma warning disable BL0006 // A renderer without a browser has to name the batches that it draws nothing of.

using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Server.Components.Live;
using Mlops.Testing;

namespace Mlops.Server.Tests.Components.Live;

public sealed class LoadingComponentTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RunEvents _events = new(NullLogger<RunEvents>.Instance);
    private readonly ProjectCatalog _catalog;
    private readonly ServiceProvider _services;

    public LoadingComponentTests()
    {
        var options = new MlopsCoreOptions { ProjectsPath = _folder.Path, DataPath = _folder.Path };
        _catalog = new ProjectCatalog(options, TimeProvider.System, NullLogger<ProjectCatalog>.Instance);
        _services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new LiveFeed(_events, _catalog, TimeProvider.System))
            .BuildServiceProvider();
    }

    public void Dispose()
    {
        _services.Dispose();
        _catalog.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_change_that_comes_while_the_page_is_first_read_is_read_again()
    {
        using var renderer = new LiveRenderer(_services);
        var status = "running";
        var page = new Page(() =>
        {
            var read = status;
            if (status == "running")
            {
                status = "completed";
                _events.Publish(new RunChange(1, "project", "pipeline", RunChangeKind.Status));
            }

            return read;
        });

        Inject(page);
        await renderer.ShowAsync(page);

        await page.Completed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    // What the framework does for components that it makes itself.
    private void Inject(Page page)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var property in typeof(LoadingComponent).GetProperties(Any).Where(property => property.IsDefined(typeof(InjectAttribute), true)))
        {
            property.SetValue(page, _services.GetRequiredService(property.PropertyType));
        }
    }

    /// <summary>Shows what it reads of the one run there is.</summary>
    private sealed class Page(Func<string> read) : LoadingComponent
    {
        public TaskCompletionSource Completed { get; } = new();

        protected override Task LoadAsync(CancellationToken cancellationToken)
        {
            if (read() == "completed")
            {
                Completed.TrySetResult();
            }

            return Task.CompletedTask;
        }

        protected override void Follow() => RefreshOnRuns(_ => true);
    }

    /// <summary>Renders components as those of a live page, without a browser.</summary>
    private sealed class LiveRenderer(IServiceProvider services) : Renderer(services, NullLoggerFactory.Instance)
    {
        public override Dispatcher Dispatcher { get; } = Dispatcher.CreateDefault();

        protected override RendererInfo RendererInfo { get; } = new("Server", isInteractive: true);

        public Task ShowAsync(Page page) => Dispatcher.InvokeAsync(() => RenderRootComponentAsync(AssignRootComponentId(page)));

        protected override void HandleException(Exception exception) => throw exception;

        protected override Task UpdateDisplayAsync(in RenderBatch renderBatch) => Task.CompletedTask;
    }
}
