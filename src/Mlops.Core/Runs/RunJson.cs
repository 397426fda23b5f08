using System.Text.Json;
using System.Text.Json.Serialization;
using Mlops.Core.Runs.Approvals;
using Mlops.Core.Runs.Calls;
using Mlops.Sdk;

namespace Mlops.Core.Runs;

/// <summary>The JSON that is kept in columns and sent as parameters; generated, so that the first run of a process pays for no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, JsonElement>))]
[JsonSerializable(typeof(BlockError))]
[JsonSerializable(typeof(IReadOnlyList<BlockTestResult>))]
[JsonSerializable(typeof(OutputDetails))]
[JsonSerializable(typeof(TableProfile))]
[JsonSerializable(typeof(CalledRunOutput))]
[JsonSerializable(typeof(RunTerms))]
[JsonSerializable(typeof(BlockTerms))]
[JsonSerializable(typeof(IEnumerable<BlockAttemptItem>), TypeInfoPropertyName = "BlockAttemptItems")]
[JsonSerializable(typeof(IEnumerable<NewBlockItem>), TypeInfoPropertyName = "NewBlockItems")]
[JsonSerializable(typeof(IEnumerable<NewChildItem>), TypeInfoPropertyName = "NewChildItems")]
[JsonSerializable(typeof(IEnumerable<BlockRunItem>), TypeInfoPropertyName = "BlockRunItems")]
[JsonSerializable(typeof(IEnumerable<BlockOutputItem>), TypeInfoPropertyName = "BlockOutputItems")]
[JsonSerializable(typeof(IEnumerable<ApprovalItem>), TypeInfoPropertyName = "ApprovalItems")]
[JsonSerializable(typeof(IEnumerable<RunLogItem>), TypeInfoPropertyName = "RunLogItems")]
internal sealed partial class RunJson : JsonSerializerContext;

/// <summary>What is kept of an output beside its own columns.</summary>
internal sealed record OutputDetails(
    IReadOnlyList<OutputColumn>? Columns, IReadOnlyList<Metric>? Metrics, IReadOnlyList<Curve>? Curves, string? Value = null);

/// <summary>A block run to be inserted, as an element of a parameter.</summary>
internal sealed record NewBlockItem(
    int Position, string BlockUuid, string Name, string Type, string Language, string UpstreamBlocks, string? FilePath, string Settings);

/// <summary>A child to be inserted, as an element of a parameter; what it shares with the block that stands for it is left out.</summary>
internal sealed record NewChildItem(
    string BlockUuid, string Name, string UpstreamBlocks, string Settings, string Status, int Attempt, long? StartedAt, long? CompletedAt, string FanOf, int FanIndex);

/// <summary>A changed block run, as an element of a parameter.</summary>
internal sealed record BlockRunItem(
    long Id, string Expected, string Status, int Attempt, int Failures, int Interruptions, long? NextAttemptAt, long? StartedAt, long? CompletedAt,
    string? Error, string? Tests, string? FanItems);

/// <summary>An attempt that ended, as an element of a parameter.</summary>
internal sealed record BlockAttemptItem(long BlockRunId, int Attempt, string Status, long? StartedAt, long? CompletedAt, string? Error);

/// <summary>An output, as an element of a parameter.</summary>
internal sealed record BlockOutputItem(
    long BlockRunId, int Position, string Name, string Kind, string Path, long SizeBytes, string Hash, long? RowCount, string Details);

/// <summary>A line of a run log, as an element of a parameter.</summary>
internal sealed record RunLogItem(long Number, long At, int Level, string? BlockUuid, int Attempt, string Text);
