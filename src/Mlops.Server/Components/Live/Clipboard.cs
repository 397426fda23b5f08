using Microsoft.JSInterop;

namespace Mlops.Server.Components.Live;

/// <summary>Puts texts where people can paste them. One for each browser tab.</summary>
internal sealed class Clipboard(IJSRuntime script) : TabScript(script, "./js/clipboard.js")
{
    /// <summary>Copies a text.</summary>
    /// <returns>False where the browser refuses it.</returns>
    public async Task<bool> CopyAsync(string text) => await (await ModuleAsync()).InvokeAsync<bool>("copy", text);
}
