using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core.Projects;
using Mlops.Testing;

namespace Mlops.Core.Tests.Projects;

/// <summary>The projects that come with the product are read without a remark.</summary>
public sealed class ShippedProjectsTests
{
    [Fact]
    public void Every_pipeline_of_ours_is_valid()
    {
        var options = new MlopsCoreOptions { ProjectsPath = Path.Combine(Repository.Root, "projects"), DataPath = Path.GetTempPath() };
        using var catalog = new ProjectCatalog(options, TimeProvider.System, NullLogger<ProjectCatalog>.Instance);

        Assert.Contains("unit_0_setup", catalog.ListProjects().Select(project => project.Uuid));
        foreach (var project in catalog.ListProjects())
        {
            Assert.Null(project.Problem);
            Assert.All(catalog.ListPipelines(project.Uuid), pipeline => Assert.Empty(pipeline.Problems));
        }

        Assert.Equal(
            ["load_titanic", "fill_in_missing_values", "train_survival", "export_predictions"],
            catalog.GetPipeline("unit_0_setup", "titanic_survival").Graph!.Blocks.Select(block => block.Uuid));
    }
}
