using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mlops.Testing;
using static Microsoft.Playwright.Assertions;

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

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Server.StartServer();
        await OpenBrowserAsync(PageLook.Usual);
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
            await DisposeOthersAsync();
        }

        GC.SuppressFinalize(this);
        Assert.Empty(_faults);
    }

    /// <summary>Ends what the server needed to the last, such as its database.</summary>
    protected virtual ValueTask DisposeOthersAsync() => ValueTask.CompletedTask;

    /// <summary>Closes the page and opens one of another look.</summary>
    protected async Task OpenBrowserAsync(PageLook look)
    {
        await CloseContextAsync(failed: false);
        _context = await chromium.Browser.NewContextAsync(new()
        {
            BaseURL = Server.Address,
            ViewportSize = new() { Width = look.Width, Height = look.Height },
            Locale = "en-GB",
            TimezoneId = "Etc/UTC",
            ReducedMotion = ReducedMotion.Reduce,
        });
        _context.SetDefaultTimeout(15_000);
        await _context.AddCookiesAsync([new() { Name = "theme", Value = look.Theme, Url = Server.Address }]);
        await _context.Tracing.StartAsync(new() { Screenshots = true, Snapshots = true });
        await _context.RouteAsync(new Regex(".*"), RefuseOutsideAsync);
        _page = await _context.NewPageAsync();
        _page.Console += (_, message) => NoteFault(message.Type == "error", $"console: {message.Text} ({message.Location})");
        _page.PageError += (_, error) => NoteFault(true, $"script: {error}");
    }

    /// <summary>
    /// Waits until the page answers: it is painted a little before its connection is up, and what is done in between goes unheard. Blazor marks the
    /// elements whose events it listens to.
    /// </summary>
    protected Task WaitUntilLiveAsync() => Page.WaitForFunctionAsync(
        "() => [...document.querySelectorAll('main *')].some(element => Object.keys(element).some(key => key.startsWith('_blazorEvents_')))");

    /// <summary>Opens the page of a pipeline of <c>unit_0_setup</c>.</summary>
    protected async Task OpenPipelineAsync(string pipeline)
    {
        await Page.GotoAsync($"/projects/unit_0_setup/pipelines/{pipeline}");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = pipeline, Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>On the page of a pipeline, opens the form of its variables.</summary>
    protected async Task<ILocator> OpenRunFormAsync()
    {
        await WaitUntilLiveAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Run @once", Exact = true }).First.ClickAsync();
        var form = Page.GetByRole(AriaRole.Dialog, new() { Name = "Run pipeline now" });
        await Expect(form).ToBeVisibleAsync();
        return form;
    }

    /// <summary>On the page of a pipeline, runs it with the variables that it has, and waits until the page of the run shows how it ended.</summary>
    protected async Task RunOnceAsync(string status)
    {
        var form = await OpenRunFormAsync();
        await form.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await ExpectRunStatusAsync(status);
    }

    /// <summary>Waits until the head of a run's page shows the status, such as <c>Completed</c>.</summary>
    protected async Task ExpectRunStatusAsync(string status)
    {
        await Expect(Page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("^Run #[0-9]+$") })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Main).Locator("header").GetByText(status, new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await WaitUntilLiveAsync();
    }

    /// <summary>Keeps a picture of the window as <c>docs/images/name.png</c>, only where MLOPS_SCREENSHOTS is set.</summary>
    protected async Task TakePictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("MLOPS_SCREENSHOTS") is { Length: > 0 })
        {
            await Page.ScreenshotAsync(new() { Path = Repository.Combine("docs", "images", name + ".png"), Animations = ScreenshotAnimations.Disabled });
        }
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
