using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Mlops.Browser.Tests.Chromium))]

namespace Mlops.Browser.Tests;

/// <summary>The one Chromium of this test process, as the machine has it; nothing is downloaded. A missing Chromium fails the tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public IBrowser Browser => _browser ?? throw new InvalidOperationException("Chromium was not started");

    public async ValueTask InitializeAsync()
    {
        var path = FindExecutable();
        _playwright = await Playwright.CreateAsync();

        // The first run of a server waits for a runner to start and for the compiler to warm up: seconds, and many of them on a busy machine.
        Assertions.SetDefaultExpectTimeout(30_000);
        // Chromium's own sandbox cannot start for root nor in most containers; the pages are ours.
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private static string FindExecutable()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Environment.GetEnvironmentVariable("MLOPS_TEST_CHROMIUM") is { Length: > 0 } given
            ? given
            : folders
                .SelectMany(folder => new[] { "chromium", "google-chrome" }.Select(name => Path.Combine(folder, name)))
                .FirstOrDefault(File.Exists)
                ?? throw new InvalidOperationException(
                    "These tests need Chromium and found none on the path. Install it (Debian: apt-get install chromium), run ./test.sh, which does that, "
                    + "or set MLOPS_TEST_CHROMIUM to its path.");
    }
}
