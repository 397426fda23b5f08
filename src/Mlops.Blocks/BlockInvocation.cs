using Mlops.Blocks.Templates;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;
using Mlops.Sdk;

namespace Mlops.Blocks;

/// <summary>One block to run now.</summary>
/// <param name="Work">What to run.</param>
/// <param name="Context">What the block is told.</param>
/// <param name="Templates">Renders templates by what the block is told.</param>
/// <param name="Memory">Outputs of this run that are still in memory.</param>
internal sealed record BlockInvocation(BlockWork Work, BlockContext Context, TemplateRenderer Templates, RunMemory Memory);
