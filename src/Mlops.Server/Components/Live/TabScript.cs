using Microsoft.JSInterop;

namespace Mlops.Server.Components.Live;

/// <summary>A script of the app, loaded when it is first needed and kept while the browser tab is.</summary>
/// <param name="script">The browser.</param>
/// <param name="path">Where the script is, such as <c>./js/clipboard.js</c>.</param>
internal abstract class TabScript(IJSRuntime script, string path) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    /// <summary>The script's module. Only once the page is live.</summary>
    protected async Task<IJSObjectReference> ModuleAsync() => _module ??= await script.InvokeAsync<IJSObjectReference>("import", path);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The tab is gone.
        }
    }
}
