using System.Data.Common;
using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Server.Components.Live;

/// <summary>
/// A component that reads before it shows: what is read within 300 ms is in the first paint, after that a skeleton is shown until it is there.
/// Here, and nowhere else, the expected errors of reading become a <see cref="PageProblem"/>.
/// </summary>
public abstract class LoadingComponent : ComponentBase, IDisposable
{
    private static readonly TimeSpan SkeletonAfter = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _disposed = new();
    private readonly TaskCompletionSource _isSet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _subscriptions = [];
    private CancellationTokenSource? _reading;
    private bool _isFollowing;

    /// <summary>What kept the last reading from succeeding; null where nothing did.</summary>
    protected PageProblem? Problem { get; private set; }

    /// <summary>Whether something was read.</summary>
    protected bool IsLoaded { get; private set; }

    /// <summary>Whether to show a skeleton.</summary>
    protected bool IsLoading => !IsLoaded && Problem is null;

    /// <summary>Cancelled with the component.</summary>
    protected CancellationToken Disposed { get; private set; }

    [Inject]
    private protected LiveFeed Feed { get; private set; } = null!;

    [Inject]
    private protected TimeProvider Time { get; private set; } = null!;

    /// <summary>The request while the page is made on the server; null once it is live.</summary>
    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <inheritdoc/>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        Disposed = _disposed.Token;
        if (RendererInfo.IsInteractive && !_isFollowing)
        {
            // Before the first reading: what changes while it reads, and was not seen by it, is read again.
            _isFollowing = true;
            // What changed while the database was away was not told, or could not be read.
            _subscriptions.Add(Feed.OnDatabaseBack(RefreshAsync));
            Follow();
        }

        var reading = ReadAsync();
        await Task.WhenAny(reading, WaitAsync(SkeletonAfter));
        if (Disposed.IsCancellationRequested)
        {
            return;
        }

        await base.SetParametersAsync(ParameterView.Empty);
        _isSet.TrySetResult();
        if (!RendererInfo.IsInteractive)
        {
            // The page goes out as it is; its live self reads again.
            return;
        }

        if (!reading.IsCompleted)
        {
            await reading;
            StateHasChanged();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isSet.TrySetResult();
        _subscriptions.ForEach(subscription => subscription.Dispose());
        _disposed.Cancel();
        _reading?.Dispose();
        _disposed.Dispose();
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what a subclass holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Reads everything that is shown.</summary>
    protected abstract Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>Subscribes to what changes the page, once it is live; see <see cref="RefreshOnRuns"/> and <see cref="RefreshOnProject"/>.</summary>
    protected virtual void Follow()
    {
    }

    /// <summary>Reads again whenever such a run changed.</summary>
    protected void RefreshOnRuns(Func<RunChange, bool> concerns) => _subscriptions.Add(Feed.OnRuns(concerns, RefreshAsync));

    /// <summary>Reads again whenever files of the project changed.</summary>
    protected void RefreshOnProject(Func<string> projectUuid) => _subscriptions.Add(Feed.OnProject(projectUuid, RefreshAsync));

    /// <summary>Reads again with each heartbeat of the workers.</summary>
    protected void RefreshOnWorkers() => _subscriptions.Add(Feed.OnWorkers(RefreshAsync));

    /// <summary>Reads again and renders; may be called on any thread.</summary>
    protected Task RefreshAsync() => InvokeAsync(async () =>
    {
        try
        {
            await _isSet.Task;
            await ReadAsync();
            StateHasChanged();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Nobody awaits a refresh: a bug must reach the renderer all the same.
            await DispatchExceptionAsync(exception);
        }
    });

    private async Task ReadAsync()
    {
        var reading = CancellationTokenSource.CreateLinkedTokenSource(Disposed);
        var before = Interlocked.Exchange(ref _reading, reading);
        before?.Cancel();
        before?.Dispose();
        try
        {
            await LoadAsync(reading.Token);
            Problem = null;
            IsLoaded = true;
        }
        catch (OperationCanceledException) when (reading.IsCancellationRequested)
        {
            // A later reading took its place, or the component is gone.
        }
        catch (Exception exception) when (IsLoaded && DatabaseHealth.IsAway(exception))
        {
            // What was read before stays; the notice on every page says since when it is old, and it is read again after that.
        }
        catch (Exception exception) when (exception is NotFoundException or InvalidRequestException or DbException or DatabaseException)
        {
            Problem = PageProblem.Of(exception);
            if (Problem.Kind == PageProblemKind.NotFound && HttpContext is { Response.HasStarted: false } context)
            {
                // Not at once: the renderer writes no page where the status says already that there is none.
                context.Response.OnStarting(() =>
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return Task.CompletedTask;
                });
            }
        }
    }

    private async Task WaitAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, Time, Disposed);
        }
        catch (OperationCanceledException)
        {
            // The component is gone: whoever waits looks at Disposed next.
        }
    }
}
