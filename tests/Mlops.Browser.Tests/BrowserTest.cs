using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mlops.Testing;

namespace Mlops.Browser.Tests;

/// <summary>
/// A test with a server and a page of its own. It fails as well when a page asks for anything that is not on this machine, or writes an error to
/// its console. Of a failed test a screenshot and a trace are kept under <c>TestResults</c>.
/// </summary>
public abstract class BrowserTest(Chromium chromium) : IAsyncLifetime
{
    private readonly List<string> _faults = [];
    private IBrowserContext? _context;
    private IPage? _page;

    protected MlopsServer Server { get; } = new();

    protected IPage Page => _page ?? throw new InvalidOperationException("The page is opened in InitializeAsync");

    public virtual async ValueTask InitializeAsync()
    {
        Server.StartServer();
        await OpenContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 }, ColorScheme = ColorScheme.Dark });
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await CloseContextAsync(failed: TestContext.Current.TestState?.Result == TestResult.Failed || _faults.Count > 0);
        }
        finally
        {
            await Server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
        Assert.Empty(_faults);
    }

    /// <summary>Closes the page and opens one with other properties, such as another width or theme.</summary>
    protected async Task OpenContextAsync(BrowserNewContextOptions options)
    {
        await CloseContextAsync(failed: false);
        options.BaseURL = Server.Address;
        options.Locale = "en-GB";
        options.TimezoneId = "Etc/UTC";
        options.ReducedMotion = ReducedMotion.Reduce;
        _context = await chromium.Browser.NewContextAsync(options);
        _context.SetDefaultTimeout(15_000);
        await _context.Tracing.StartAsync(new() { Screenshots = true, Snapshots = true });
        await _context.RouteAsync(new Regex(".*"), RefuseOutsideAsync);
        _page = await _context.NewPageAsync();
        _page.Console += (_, message) => NoteFault(message.Type == "error", $"console: {message.Text} ({message.Location})");
        _page.PageError += (_, error) => NoteFault(true, $"script: {error}");
    }

    /// <summary>Takes the faults noted so far, for a test that expects some.</summary>
    protected IReadOnlyList<string> TakeFaults()
    {
        lock (_faults)
        {
            string[] taken = [.. _faults];
            _faults.Clear();
            return taken;
        }
    }

    private async Task RefuseOutsideAsync(IRoute route)
    {
        var isOurs = route.Request.Url.StartsWith(Server.Address, StringComparison.Ordinal);
        NoteFault(!isOurs, $"request to {route.Request.Url}");
        await (isOurs ? route.ContinueAsync() : route.AbortAsync());
    }

    private void NoteFault(bool isFault, string text)
    {
        lock (_faults)
        {
            if (isFault)
            {
                _faults.Add(text);
            }
        }
    }

    private async Task CloseContextAsync(bool failed)
    {
        if (_context is null)
        {
            return;
        }

        var name = Regex.Replace(TestContext.Current.Test?.TestDisplayName ?? GetType().Name, "[^A-Za-z0-9_.]+", "-");
        var path = Repository.Combine("TestResults", "browser", name);
        if (failed && _page is not null)
        {
            await _page.ScreenshotAsync(new() { Path = path + ".png", FullPage = true });
        }

        await _context.Tracing.StopAsync(failed ? new() { Path = path + ".zip" } : new());
        await _context.DisposeAsync();
        _context = null;
    }
}
