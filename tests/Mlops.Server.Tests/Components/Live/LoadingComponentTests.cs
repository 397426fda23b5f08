#pragma warning disable BL0006 // A renderer without a browser has to name the batches that it draws nothing of.

using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Workers;
using Mlops.Server.Components.Live;
using Mlops.Testing;

namespace Mlops.Server.Tests.Components.Live;

public sealed class LoadingComponentTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RunEvents _events = new(NullLogger<RunEvents>.Instance);
    private readonly ProjectCatalog _catalog;
    private readonly MetadataDatabase _database;
    private readonly ServiceProvider _services;

    public LoadingComponentTests()
    {
        var options = new MlopsCoreOptions { ProjectsPath = _folder.Path, DataPath = _folder.Path };
        _catalog = new ProjectCatalog(options, TimeProvider.System, NullLogger<ProjectCatalog>.Instance);
        _database = new MetadataDatabase(options, TimeProvider.System, NullLogger<MetadataDatabase>.Instance);
        _services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new LiveFeed(_events, _catalog, new WorkerService(new WorkerStore(_database, TimeProvider.System)), _database, TimeProvider.System))
            .BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
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

    [Fact]
    public async Task What_was_read_stays_while_the_database_is_away_and_is_read_again_when_it_is_back()
    {
        using var renderer = new LiveRenderer(_services);
        var isAway = false;
        var back = "running";
        var page = new Page(() => isAway ? throw new DatabaseException("away") : back);
        Inject(page);
        await renderer.ShowAsync(page);
        Assert.Equal((true, null), (page.HasRead, page.Trouble));

        isAway = true;
        _database.Health.Report(new DatabaseException("away"));
        await page.ReadAgainAsync();
        Assert.Equal((true, null), (page.HasRead, page.Trouble));

        (isAway, back) = (false, "completed");
        _database.Health.ReportAnswer();
        await page.Completed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_page_that_was_never_read_says_that_the_database_is_away()
    {
        using var renderer = new LiveRenderer(_services);
        var page = new Page(() => throw new DatabaseException("away"));
        Inject(page);

        await renderer.ShowAsync(page);

        Assert.Equal((false, PageProblemKind.DatabaseAway), (page.HasRead, page.Trouble?.Kind));
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

        public bool HasRead => IsLoaded;

        public PageProblem? Trouble => Problem;

        public Task ReadAgainAsync() => RefreshAsync();

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
