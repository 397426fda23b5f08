using Mlops.Blocks.CSharp.Types;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Calls;
using Mlops.Core.Triggers;

namespace Mlops.Server.Commands;

/// <summary>Finds what is wrong with projects without running anything of them.</summary>
internal sealed class Validation(ProjectCatalog catalog, IBlockHost blocks, BlockTypeCheck types, TriggerService triggers)
{
    private readonly List<Finding> _findings = [];
    private readonly HashSet<(string Project, string? File, string Type)> _compiled = [];

    public int PipelineCount { get; private set; }

    public int BlockCount => _compiled.Count;

    public IReadOnlyList<Finding> Findings => _findings;

    public async Task CheckAsync(Project project, CancellationToken cancellationToken)
    {
        if (project.Problem is { } problem)
        {
            _findings.Add(new Finding($"{project.Uuid}/metadata.yaml", null, null, IsError: true, problem));
        }

        foreach (var pipeline in catalog.ListPipelines(project.Uuid))
        {
            PipelineCount++;
            _findings.AddRange(pipeline.Problems.Select(each => new Finding(
                $"{project.Uuid}/{each.File ?? PipelinePath(pipeline)}", each.Line, each.Column, each.IsError, each.Message)));
            _findings.AddRange(CalledPipelines.FindProblems(catalog, pipeline).Select(each => new Finding(
                $"{project.Uuid}/{PipelinePath(pipeline)}", null, null, IsError: true, each.Problem)));
            foreach (var block in pipeline.AllBlocks.Where(block => block.Type.Runs && block.FilePath is not null))
            {
                await CheckAsync(project, pipeline, block, cancellationToken);
            }

            _findings.AddRange((await types.FindProblemsAsync(project.DirectoryPath, pipeline, cancellationToken)).Select(error => new Finding(
                $"{project.Uuid}/{error.File}", error.Line, error.Column, IsError: true, $"Pipeline '{pipeline.Uuid}': {error.Message}")));
        }

        _findings.AddRange((await triggers.ListAsync(project.Uuid, pipelineUuid: null, cancellationToken)).Where(trigger => trigger.Problem is not null)
            .Select(trigger => new Finding(
                $"{project.Uuid}/pipelines/{trigger.PipelineUuid}/triggers.yaml", null, null, IsError: true, $"Trigger '{trigger.Name}': {trigger.Problem}")));
    }

    private async Task CheckAsync(Project project, Pipeline pipeline, Block block, CancellationToken cancellationToken)
    {
        if (blocks.WhyNot(block) is { } reason)
        {
            _findings.Add(new Finding($"{project.Uuid}/{PipelinePath(pipeline)}", null, null, IsError: false, $"Block '{block.Uuid}' cannot run: {reason}"));
            return;
        }

        if (!_compiled.Add((project.Uuid, block.FilePath, block.Type.Word)))
        {
            return;
        }

        var described = await blocks.DescribeAsync(project.DirectoryPath, block, cancellationToken);
        var file = Path.GetRelativePath(project.DirectoryPath, block.FilePath!).Replace(Path.DirectorySeparatorChar, '/');
        _findings.AddRange(described.Errors.Select(error => new Finding(
            $"{project.Uuid}/{error.File ?? file}", error.Line, error.Column, IsError: true, WithoutPlace(error))));
    }

    // data_loaders/load.cs(1,65): CS0103: The name 'oops' does not exist
    private static string WithoutPlace(BlockError error) =>
        error.File is { } file && error.Message.StartsWith(file + "(", StringComparison.Ordinal) && error.Message.IndexOf("): ", StringComparison.Ordinal) is >= 0 and var end
            ? error.Message[(end + 3)..]
            : error.Message;

    private static string PipelinePath(Pipeline pipeline) => $"pipelines/{pipeline.Uuid}/metadata.yaml";
}

/// <summary>Something that is wrong.</summary>
/// <param name="File">Path relative to the projects folder, with forward slashes.</param>
/// <param name="Line">Line from 1; null where unknown.</param>
/// <param name="Column">Column from 1; null where unknown.</param>
/// <param name="IsError">Whether it keeps something from running.</param>
/// <param name="Message">What was found, what was wanted, and how to mend it.</param>
internal sealed record Finding(string File, int? Line, int? Column, bool IsError, string Message);
