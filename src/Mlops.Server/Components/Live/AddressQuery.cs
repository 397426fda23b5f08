using Microsoft.JSInterop;

namespace Mlops.Server.Components.Live;

/// <summary>Keeps what is chosen on a page in its address, without asking the server for the page again. One for each browser tab.</summary>
internal sealed class AddressQuery(IJSRuntime script) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    /// <summary>Sets values of the query; null takes one away. Only once the page is live.</summary>
    public async Task SetAsync(IReadOnlyDictionary<string, object?> values)
    {
        _module ??= await script.InvokeAsync<IJSObjectReference>("import", "./js/address.js");
        await _module.InvokeVoidAsync("setQuery", values);
    }

    public async ValueTask DisposeAsync()
    {
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
