using Mlops.Core.Pipelines;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>One block in one pipeline run, as stored. Name, type, language and upstream blocks are those at the start of the run.</summary>
public sealed record BlockRun
{
    /// <summary>Positive; unique over all runs.</summary>
    public required long Id { get; init; }

    /// <summary>The run it belongs to.</summary>
    public required long PipelineRunId { get; init; }

    /// <summary>The block's uuid.</summary>
    public required string BlockUuid { get; init; }

    /// <summary>The block's name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The block's type.</summary>
    public required BlockType Type { get; init; }

    /// <summary>The block's language.</summary>
    public required BlockLanguage Language { get; init; }

    /// <summary>Uuids of its upstream blocks, in the order of its parameters.</summary>
    public IReadOnlyList<string> UpstreamBlocks { get; init; } = [];

    /// <summary>Path of its file relative to the project, with forward slashes; null where it has none.</summary>
    public string? FilePath { get; init; }

    /// <summary>Where it stands.</summary>
    public required BlockRunStatus Status { get; init; }

    /// <summary>How often it was started; 0 before the first time.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts that failed since it was last started anew; they use up its retries.</summary>
    public int Failures { get; init; }

    /// <summary>How often a worker died while running it since it was last started anew.</summary>
    public int Interruptions { get; init; }

    /// <summary>When it is tried again, or a sensor looks again; null unless it waits for that.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Whether it is a sensor between two looks, which are one attempt that started with the first.</summary>
    public bool LooksAgain => Status == BlockRunStatus.Initial && StartedAt is not null && !Terms.IsRun;

    /// <summary>Whether it is a run of a pipeline and waits for its end.</summary>
    public bool WaitsForRun => this is { Status: BlockRunStatus.Initial, Terms.IsRun: true, NextAttemptAt: not null, StartedAt: not null };

    /// <summary>Whether people were asked to approve it and it waits for what they say.</summary>
    public bool WaitsForApproval => this is { Status: BlockRunStatus.Initial, Terms.Approval: not null, NextAttemptAt: not null, StartedAt: null, Failures: 0 };

    /// <summary>Whether it is called when its upstream block ended, and has no part in how the run ends.</summary>
    public bool IsCallback => Type.Word == "callback";

    /// <summary>The run that its current attempt is; null for a block with code, before the run is accepted, and in lists of runs.</summary>
    public CalledRun? Called { get; init; }

    /// <summary>The block whose child it is; null for the block runs that the run began with.</summary>
    public string? FanOf { get; init; }

    /// <summary>Its place among the children, from 0; -1 where it is none.</summary>
    public int FanIndex { get; init; } = -1;

    /// <summary>Names of the items of a dynamic block that completed; null for any other.</summary>
    public IReadOnlyList<string>? FanItems { get; init; }

    /// <summary>Whether it stands for its children, one for each item of the dynamic blocks before it, and runs no code itself.</summary>
    public bool IsGroup => Terms.Axes.Count > 0 && FanOf is null;

    /// <summary>Retries and timeout.</summary>
    public BlockTerms Terms { get; init; } = BlockTerms.Default;

    /// <summary>When its current attempt started, with its first look where it is a sensor; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it became final; null before.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public BlockError? Error { get; init; }

    /// <summary>Results of its tests in the order of the file; empty before they ran.</summary>
    public IReadOnlyList<BlockTestResult> Tests { get; init; } = [];

    /// <summary>The attempts before the current one, in order; empty in lists of runs.</summary>
    public IReadOnlyList<BlockAttempt> EarlierAttempts { get; init; } = [];

    /// <summary>Its outputs in order; empty before it completed, and in lists of runs.</summary>
    public IReadOnlyList<BlockOutput> Outputs { get; init; } = [];

    /// <summary>From start to end, or to <paramref name="now"/> while it runs; null before it started.</summary>
    public TimeSpan? Duration(DateTimeOffset now) => StartedAt is { } start ? (CompletedAt ?? now) - start : null;
}

/// <summary>Why a block failed, in the user's terms.</summary>
/// <param name="Type">Stable word or the exception's type, such as <c>compile_error</c> or <c>System.FormatException</c>.</param>
/// <param name="Message">The whole message.</param>
public sealed record BlockError(string Type, string Message)
{
    /// <summary>File of the user's code relative to the project; null where unknown.</summary>
    public string? File { get; init; }

    /// <summary>Line from 1; null where unknown.</summary>
    public int? Line { get; init; }

    /// <summary>Column from 1; null where unknown.</summary>
    public int? Column { get; init; }

    /// <summary>The lines around <see cref="Line"/>, joined by line feeds; null where unknown.</summary>
    public string? Code { get; init; }

    /// <summary>Line number of the first line of <see cref="Code"/>.</summary>
    public int? CodeFirstLine { get; init; }

    /// <summary>Stack trace, user's frames first; null where there is none.</summary>
    public string? StackTrace { get; init; }
}

/// <summary>What a test of a block said.</summary>
/// <param name="Name">The test method's name.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Message">Why not; null if it passed.</param>
public sealed record BlockTestResult(string Name, bool Passed, string? Message = null);
