using Microsoft.JSInterop;

namespace Mlops.Server.Components.Live;

/// <summary>Keeps what is chosen on a page in its address, without asking the server for the page again. One for each browser tab.</summary>
internal sealed class AddressQuery(IJSRuntime script) : TabScript(script, "./js/address.js")
{
    /// <summary>Sets values of the query; null takes one away. Only once the page is live.</summary>
    public async Task SetAsync(IReadOnlyDictionary<string, object?> values) => await (await ModuleAsync()).InvokeVoidAsync("setQuery", values);
}
