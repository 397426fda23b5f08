using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>The pipeline that trains a model shows how good it is.</summary>
public sealed class TitanicSurvivalTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_run_shows_metrics_and_the_roc_curve_of_its_model()
    {
        await OpenBrowserAsync(PageLook.Usual with { Theme = "light" });
        await OpenPipelineAsync("titanic_survival");
        await TakePictureAsync("pipeline-light");
        await RunOnceAsync("Completed");
        await TakePictureAsync("run-light");

        await Page.GetByLabel("Output", new() { Exact = true }).And(Page.Locator("select")).SelectOptionAsync(new SelectOptionValue { Label = "train_survival / output_0" });
        var metrics = Page.GetByLabel("Metrics", new() { Exact = true });
        await Expect(metrics.GetByRole(AriaRole.Term)).ToHaveTextAsync(["AUC", "Accuracy", "F1", "Log-loss"]);
        var values = await metrics.GetByRole(AriaRole.Definition).AllInnerTextsAsync();
        var auc = double.Parse(values[0].Split('±')[0], CultureInfo.InvariantCulture);
        Assert.InRange(auc, 0.6, 1);

        var curve = Page.GetByRole(AriaRole.Img, new() { NameRegex = new("^ROC curve of [0-9]+ points") });
        await curve.ScrollIntoViewIfNeededAsync();
        await Expect(curve).ToBeVisibleAsync();
        await TakePictureAsync("model-light");
    }
}
