using System.Text.Json;
using System.Text.Json.Serialization;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Calls;

namespace Mlops.Blocks.Remote;

/// <summary>A block to run. What is the same for all blocks of a run was sent before.</summary>
/// <param name="Call">Names this call in its log lines.</param>
/// <param name="VariablesId">Which of the variables sent before are the block's; 0 for none.</param>
/// <param name="Work">The block; its variables are left out.</param>
internal sealed record RunMessage(long Call, int VariablesId, BlockWork Work);

/// <summary>Variables of a run.</summary>
/// <param name="Id">From 1; what <see cref="RunMessage.VariablesId"/> refers to.</param>
/// <param name="Values">The variables.</param>
internal sealed record VariablesMessage(int Id, IReadOnlyDictionary<string, JsonElement> Values);

/// <summary>A line that a block wrote.</summary>
/// <param name="Call">The call that the block runs for.</param>
/// <param name="Line">The line.</param>
internal sealed record LogMessage(long Call, BlockLogLine Line);

/// <summary>A block to be described, in words only.</summary>
internal sealed record DescribeMessage(string ProjectPath, string Uuid, string Name, string Type, string Language, string? FilePath, IReadOnlyList<string> UpstreamBlocks)
{
    public IReadOnlyDictionary<string, JsonElement> Configuration { get; init; } = new Dictionary<string, JsonElement>();

    public static DescribeMessage From(string projectPath, Block block) =>
        new(projectPath, block.Uuid, block.Name, block.Type.Word, block.Language.Word, block.FilePath, block.UpstreamBlocks) { Configuration = block.Configuration };

    public Block ToBlock() => new()
    {
        Uuid = Uuid,
        Name = Name,
        Type = BlockType.Find(Type) ?? throw new InvalidOperationException($"The server knows the block type '{Type}', this runner does not."),
        Language = BlockLanguage.Find(Language) ?? throw new InvalidOperationException($"The server knows the language '{Language}', this runner does not."),
        FilePath = FilePath,
        UpstreamBlocks = UpstreamBlocks,
        Configuration = Configuration,
    };
}

/// <summary>The JSON of the messages; generated, since reflection would cost every runner a tenth of a second.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RunnerSetup))]
[JsonSerializable(typeof(IReadOnlyList<PreloadBlock>))]
[JsonSerializable(typeof(BlockSessionOptions))]
[JsonSerializable(typeof(VariablesMessage))]
[JsonSerializable(typeof(RunMessage))]
[JsonSerializable(typeof(BlockResult))]
[JsonSerializable(typeof(IReadOnlyList<LogMessage>))]
[JsonSerializable(typeof(PipelineCallMessage))]
[JsonSerializable(typeof(PipelineCallAnswer))]
[JsonSerializable(typeof(DescribeMessage))]
[JsonSerializable(typeof(BlockDescription))]
internal sealed partial class RunnerJson : JsonSerializerContext;
