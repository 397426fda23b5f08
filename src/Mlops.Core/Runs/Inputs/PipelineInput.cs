using Mlops.Core.Variables;

namespace Mlops.Core.Runs.Inputs;

/// <summary>A variable that a run of a pipeline can be given.</summary>
/// <param name="Parameter">Name, type, form, default and choices; the default is the file's where one sets the variable, else the block's.</param>
/// <param name="Blocks">Names of the blocks that take it; empty where only a file names it.</param>
/// <param name="Source">Where the default is set; null where it is the block's own, or there is none.</param>
public sealed record PipelineInput(BlockParameter Parameter, IReadOnlyList<string> Blocks, VariableSource? Source);

/// <summary>All that a run of a pipeline can be given.</summary>
/// <param name="Inputs">The pipeline's variables in the order of its file, then what else its blocks take by name.</param>
/// <param name="Unreadable">Blocks of which it is not known what they take, by name, with the reason.</param>
public sealed record PipelineInputs(IReadOnlyList<PipelineInput> Inputs, IReadOnlyList<UnreadableBlock> Unreadable);

/// <summary>A block of which it is not known what it takes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record UnreadableBlock(string Name, string Reason);
