using Mlops.Blocks.Connectors;
using Mlops.Blocks.Logs;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Blocks;

/// <summary>
/// Runs blocks in this process. The console is shared by all of them, so it is divided once and for all: what a block writes goes to its log.
/// </summary>
internal sealed class InProcessBlockHost : IBlockHost
{
    private readonly BlockRunners _runners;
    private readonly ConnectionProfiles _connections;
    private readonly MlopsBlocksOptions _options;
    private readonly TimeProvider _clock;

    public InProcessBlockHost(BlockRunners runners, ConnectionProfiles connections, MlopsBlocksOptions options, TimeProvider clock)
    {
        (_runners, _connections, _options, _clock) = (runners, connections, options, clock);
        BlockConsole.Install();
    }

    public string? WhyNot(BlockType type, BlockLanguage language) => _runners.WhyNot(type, language);

    public Task<BlockDescription> DescribeAsync(string projectPath, Block block, CancellationToken cancellationToken) =>
        _runners.Find(block.Language.Word) is { } runner
            ? runner.DescribeAsync(projectPath, block, cancellationToken)
            : Task.FromResult(new BlockDescription([], []));

    public Task<IBlockSession> OpenAsync(BlockSessionOptions options, CancellationToken cancellationToken) =>
        Task.FromResult<IBlockSession>(new InProcessBlockSession(
            _runners, new BlockContexts(_connections, _options.MissingVariableHint, options), _clock, options));
}
