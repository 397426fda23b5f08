using System.Text.Json;
using System.Text.Json.Serialization;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs.Calls;
using Mlops.Core.Secrets;

namespace Mlops.Core.Runs;

/// <summary>Where users' code runs: in this process, or in a child process leased for the time of a pipeline run.</summary>
public interface IBlockHost
{
    /// <summary>Whether blocks written in <paramref name="language"/> of type <paramref name="type"/> can run here; else the reason in words.</summary>
    string? WhyNot(BlockType type, BlockLanguage language);

    /// <summary>Reads what can be known of a block without running it: its parameters and compile errors.</summary>
    Task<BlockDescription> DescribeAsync(string projectPath, Block block, CancellationToken cancellationToken);

    /// <summary>Leases a place for one pipeline run; its blocks run there in parallel and hand their outputs on in memory.</summary>
    Task<IBlockSession> OpenAsync(BlockSessionOptions options, CancellationToken cancellationToken);
}

/// <summary>What holds for every block host.</summary>
public static class BlockHosts
{
    /// <summary>Whether the block can run here, be it by the host or by the engine itself; else the reason in words.</summary>
    public static string? WhyNot(this IBlockHost host, Block block) => block.IsRun ? null : host.WhyNot(block.Type, block.Language);
}

/// <summary>A place leased for one pipeline run. Safe to be called from several threads; disposing gives the place back.</summary>
public interface IBlockSession : IAsyncDisposable
{
    /// <summary>
    /// Runs one block to its end. Never throws for what the user's code does: that is in the result. Outputs and tests are stored in the work's
    /// folder before it returns.
    /// </summary>
    /// <param name="work">What to run.</param>
    /// <param name="log">Takes every line that the block writes, as it is written; may be called from any thread.</param>
    /// <param name="cancellationToken">Asks the block to stop.</param>
    /// <exception cref="OperationCanceledException">The block was stopped by <paramref name="cancellationToken"/>.</exception>
    Task<BlockResult> RunAsync(BlockWork work, Action<BlockLogLine> log, CancellationToken cancellationToken);

    /// <summary>
    /// Ends all code of the session at once, for blocks that do not heed their token. Where the host can do so (a process can be killed), every pending
    /// <see cref="RunAsync"/> returns soon with <see cref="BlockResult.RunnerDied"/>, and nothing that the blocks started goes on once this returns;
    /// where it cannot, this does nothing. Blocks that are run afterwards run in a new place.
    /// </summary>
    /// <param name="reason">Why, in words; becomes part of the errors of the blocks.</param>
    Task AbortAsync(string reason);
}

/// <summary>The pipeline run that a session is for.</summary>
public sealed record BlockSessionOptions(long PipelineRunId, string ProjectUuid, string ProjectPath, string PipelineUuid)
{
    /// <summary>What its blocks may ask for; none by default.</summary>
    public RunSecrets Secrets { get; init; } = RunSecrets.None(ProjectUuid);

    /// <summary>Runs pipelines that its blocks ask for; null where none can be run.</summary>
    [JsonIgnore]
    public PipelineCalls? Calls { get; init; }
}

/// <summary>One block to run: only words and paths, so that it can be sent to another process.</summary>
public sealed record BlockWork
{
    /// <summary>The block's uuid.</summary>
    public required string BlockUuid { get; init; }

    /// <summary>The block type's word.</summary>
    public required string BlockType { get; init; }

    /// <summary>The language's word.</summary>
    public required string Language { get; init; }

    /// <summary>Absolute path of the block's file.</summary>
    public required string FilePath { get; init; }

    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The instant that the run stands for, UTC.</summary>
    public required DateTimeOffset ExecutionDate { get; init; }

    /// <summary>Absolute path of the folder for the outputs of this attempt; made by the session.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>The upstream blocks in the order of the parameters, with their stored outputs.</summary>
    public required IReadOnlyList<UpstreamOutputs> Upstream { get; init; }

    /// <summary>The run's variables.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>
    /// Timestamp of this machine's monotonic clock (<see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>) after which the block's code must not be begun
    /// any more, because somebody else may run it by then; null for no such time.
    /// </summary>
    public long? StartBefore { get; init; }

    /// <summary>Whether it is too late to begin. To be asked right before the block's code.</summary>
    public bool IsTooLate => StartBefore is { } end && System.Diagnostics.Stopwatch.GetTimestamp() > end;

    /// <summary>The block's configuration with its templates as they stand in the file; null for none.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Configuration { get; init; }

    /// <summary>Name of the trigger that made the run; null without one.</summary>
    public string? TriggerName { get; init; }

    /// <summary>The time that the run is to handle; null where nothing is known of it.</summary>
    public RunInterval? Interval { get; init; }

    /// <summary>The block that a condition or callback is attached to, of which its context speaks; null for any other block.</summary>
    public string? ParentUuid { get; init; }

    /// <summary>Whether the names of the items of its output are wanted.</summary>
    public bool IsDynamic { get; init; }

    /// <summary>What a callback is called for; null for any other block.</summary>
    public CallbackWork? Callback { get; init; }
}

/// <summary>How the block ended that a callback is attached to. Its outputs are the callback's only upstream ones.</summary>
/// <param name="Outcome"><c>success</c>, <c>failure</c> or <c>cancelled</c>.</param>
/// <param name="Error">Why it failed; null unless it did.</param>
public sealed record CallbackWork(string Outcome, BlockError? Error);

/// <summary>Stored outputs of one upstream block.</summary>
/// <param name="BlockUuid">The upstream block.</param>
/// <param name="Directory">Absolute path of the folder that its outputs' files are in.</param>
/// <param name="Outputs">Its outputs in order.</param>
public sealed record UpstreamOutputs(string BlockUuid, string Directory, IReadOnlyList<StoredOutput> Outputs)
{
    /// <summary>Which item of a dynamic block's output is to be taken, from 0; null for the output as a whole.</summary>
    public int? Item { get; init; }

    /// <summary>The outputs of all children of a block that gathers, in order, to be taken as one list; null for any other block.</summary>
    public IReadOnlyList<UpstreamOutputs>? Parts { get; init; }
}

/// <summary>An output as the session stored it.</summary>
/// <param name="FileName">Name of its file in the output folder.</param>
/// <param name="Output">What is known of it; its path is filled in by the caller.</param>
public sealed record StoredOutput(string FileName, BlockOutput Output);

/// <summary>How a block ended.</summary>
/// <param name="Error">Why it failed; null if it completed.</param>
/// <param name="Outputs">Its outputs; may be there although a test failed.</param>
/// <param name="Tests">Results of its tests.</param>
public sealed record BlockResult(BlockError? Error, IReadOnlyList<StoredOutput> Outputs, IReadOnlyList<BlockTestResult> Tests)
{
    /// <summary>Whether the place that ran the block died under it, by the fault of this block, of another one of the run, or of nobody.</summary>
    public bool RunnerDied { get; init; }

    /// <summary>Whether nothing was begun, because it was too late (<see cref="BlockWork.StartBefore"/>).</summary>
    public bool CameTooLate { get; init; }

    /// <summary>The result of a block that was not begun.</summary>
    public static BlockResult TooLate { get; } = new(null, [], []) { CameTooLate = true };

    /// <summary>
    /// What a condition or a sensor said; whether a callback has a method for the outcome. Null for any other block, and where it failed.
    /// </summary>
    public bool? Answer { get; init; }

    /// <summary>The items of a dynamic block's output: what each is to be called, in order. Null for any other block, and where it failed.</summary>
    public IReadOnlyList<string>? FanItems { get; init; }
}

/// <summary>A line that a block wrote.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Level">How grave.</param>
/// <param name="Text">The line, without its end; at most 64 KiB, cut with a remark.</param>
public sealed record BlockLogLine(DateTimeOffset At, RunLogLevel Level, string Text);

/// <summary>How grave a line of a run log is.</summary>
public enum RunLogLevel
{
    /// <summary>For finding faults.</summary>
    Debug,

    /// <summary>What was printed or logged in the normal course.</summary>
    Info,

    /// <summary>Worth a look.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,
}

/// <summary>What is known of a block without running it.</summary>
/// <param name="Parameters">The variables it takes, in the order of its method.</param>
/// <param name="Errors">Compile errors and wrong signatures; empty where it can run.</param>
public sealed record BlockDescription(IReadOnlyList<BlockParameter> Parameters, IReadOnlyList<BlockError> Errors);

/// <summary>A variable that a block takes by name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its C# type for people, such as <c>double?</c>.</param>
/// <param name="Form">Which field a form shows.</param>
/// <param name="IsRequired">Whether the block has no default for it.</param>
/// <param name="Default">The block's default; null where it has none or it is null.</param>
/// <param name="Choices">The allowed values of an enumeration; else empty.</param>
public sealed record BlockParameter(
    string Name, string Type, ParameterForm Form, bool IsRequired, JsonElement? Default, IReadOnlyList<string> Choices)
{
    /// <summary>Whether the block takes a value of any type: <see cref="Type"/> is a guess, and what files set or other blocks take goes before it.</summary>
    public bool IsUntyped { get; init; }

    /// <summary>A parameter of which no more is known than a value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value, which is its default.</param>
    public static BlockParameter Of(string name, JsonElement value)
    {
        var (type, form) = value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => ("bool", ParameterForm.Switch),
            JsonValueKind.Number => value.TryGetInt64(out _) ? ("long", ParameterForm.WholeNumber) : ("double", ParameterForm.Number),
            JsonValueKind.Object or JsonValueKind.Array => ("json", ParameterForm.Json),
            _ => ("string", ParameterForm.Text),
        };
        return new BlockParameter(name, type, form, IsRequired: false, value, []);
    }
}

/// <summary>Field of a form for a parameter.</summary>
public enum ParameterForm
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>A number.</summary>
    Number,

    /// <summary>On or off.</summary>
    Switch,

    /// <summary>A date.</summary>
    Date,

    /// <summary>A date with time.</summary>
    DateTime,

    /// <summary>One of <see cref="BlockParameter.Choices"/>.</summary>
    Choice,

    /// <summary>Any JSON.</summary>
    Json,
}
