using Microsoft.AspNetCore.Components;
using Mlops.Core.Projects.Products;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Products;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Products;

/// <summary>The global data products of a project: how each stands, who makes and who uses it, and making one anew.</summary>
public sealed partial class ProductsPage(ProductService service, ToastService toasts) : LoadingComponent
{
    /// <summary>What becomes outdated later is waited for anew.</summary>
    private static readonly TimeSpan MostWait = TimeSpan.FromHours(12);

    private IReadOnlyList<ProductOverview> _products = [];
    private IReadOnlyList<ProductProblem> _problems = [];

    /// <summary>Reads again when the next product becomes outdated: nothing else tells of it.</summary>
    private ITimer? _outdated;

    [Parameter]
    public required string ProjectUuid { get; set; }

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        (_products, _problems) = await service.ListAsync(ProjectUuid, cancellationToken);
        if (RendererInfo.IsInteractive && !cancellationToken.IsCancellationRequested)
        {
            _outdated ??= Time.CreateTimer(_ => _ = RefreshAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _outdated.Change(UntilNextOutdated(), Timeout.InfiniteTimeSpan);
        }
    }

    private TimeSpan UntilNextOutdated()
    {
        var wait = _products.Where(product => product.State == ProductState.Fresh).Min(product => product.OutdatedAt) - Time.GetUtcNow();
        return wait is { } time ? TimeSpan.FromMilliseconds(Math.Clamp(time.TotalMilliseconds + 1, 250, MostWait.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
    }

    /// <inheritdoc/>
    protected override void Follow()
    {
        RefreshOnProject(() => ProjectUuid);
        RefreshOnRuns(change => change.Kind == RunChangeKind.Status && _products.Any(product => product.PipelineProjectUuid == change.ProjectUuid && product.Product.PipelineUuid == change.PipelineUuid));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _outdated?.Dispose();
        base.Dispose(disposing);
    }

    private async Task MakeAsync(ProductOverview product)
    {
        await toasts.TryAsync($"{product.Product.Uuid}: not refreshed", async () =>
        {
            var (run, isStarted) = await service.RefreshAsync(ProjectUuid, product.Product.Uuid, Disposed);
            toasts.Show(new Toast
            {
                Title = FormattableString.Invariant($"Run #{run} makes {product.Product.Uuid}{(isStarted ? "" : " already")}"),
                Icon = "play",
                ActionTitle = "Open run",
                ActionHref = Addresses.Run(product.PipelineProjectUuid, product.Product.PipelineUuid, run),
            });
        });
        await RefreshAsync();
    }
}
