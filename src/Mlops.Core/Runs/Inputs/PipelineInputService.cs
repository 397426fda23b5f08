using Mlops.Core.Projects;
using Mlops.Core.Variables;

namespace Mlops.Core.Runs.Inputs;

/// <summary>Tells what a run of a pipeline can be given, for forms and callers.</summary>
public sealed class PipelineInputService
{
    private readonly ProjectCatalog _catalog;
    private readonly VariableService _variables;
    private readonly IBlockHost _host;

    internal PipelineInputService(ProjectCatalog catalog, VariableService variables, IBlockHost host)
    {
        _catalog = catalog;
        _variables = variables;
        _host = host;
    }

    /// <summary>What files say, without a look at the blocks: at once.</summary>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    public PipelineInputs ListOfFiles(string projectUuid, string pipelineUuid) =>
        new(InputList.Create(_variables.List(projectUuid, pipelineUuid), []), []);

    /// <summary>What files say and blocks take, which may have to be compiled for it.</summary>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    public async Task<PipelineInputs> ListAsync(string projectUuid, string pipelineUuid, CancellationToken cancellationToken)
    {
        var path = _catalog.GetProject(projectUuid).DirectoryPath;
        var running = _catalog.GetPipeline(projectUuid, pipelineUuid).Blocks.Where(block => block.Type.Runs).ToList();
        var known = running.Where(block => block.FilePath is not null && _host.WhyNot(block) is null);
        var described = await Task.WhenAll(known.Select(async block => (Block: block, Description: await _host.DescribeAsync(path, block, cancellationToken))));
        return new PipelineInputs(
            InputList.Create(_variables.List(projectUuid, pipelineUuid), described),
            [
                .. running.Select(block => (block.Name, Reason: _host.WhyNot(block))).Where(block => block.Reason is not null)
                    .Select(block => new UnreadableBlock(block.Name, block.Reason!)),
                .. described.SelectMany(block => block.Description.Errors.Take(1), (block, error) => new UnreadableBlock(block.Block.Name, Describe(error))),
            ]);
    }

    private static string Describe(BlockError error) => (error.File, error.Line) switch
    {
        ({ } file, { } line) => $"{file}, line {line}: {error.Message}",
        ({ } file, _) => $"{file}: {error.Message}",
        _ => error.Message,
    };
}
