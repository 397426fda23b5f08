using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Server.Api;

/// <summary>A run of a pipeline.</summary>
internal sealed record PipelineRunResource
{
    /// <summary>Unique; ascending in the order of creation.</summary>
    /// <example>42</example>
    public required long Id { get; init; }

    /// <summary>Uuid of the project.</summary>
    /// <example>unit_0_setup</example>
    public required string ProjectUuid { get; init; }

    /// <summary>Uuid of the pipeline.</summary>
    /// <example>example_pipeline</example>
    public required string PipelineUuid { get; init; }

    /// <summary>Where it stands; completed, failed and cancelled are final.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>What made it.</summary>
    public required RunOrigin Origin { get; init; }

    /// <summary>The trigger that made it.</summary>
    public long? TriggerId { get; init; }

    /// <summary>Name of that trigger at the time.</summary>
    public string? TriggerName { get; init; }

    /// <summary>The run that it is a block of.</summary>
    public long? ParentRunId { get; init; }

    /// <summary>The backfill that made it.</summary>
    public long? BackfillId { get; init; }

    /// <summary>The instant that it stands for, UTC.</summary>
    public required DateTimeOffset ExecutionDate { get; init; }

    /// <summary>Its variables after merging.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>When it was accepted, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its first block could start, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it became final, UTC.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When somebody asked to cancel it, UTC.</summary>
    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>Seconds from start to end, or until now.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>Why it failed where no single block did.</summary>
    public string? Error { get; init; }

    /// <summary>Why it does not run although it is not final.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>Whether it was not over in the time that its trigger's sla gives.</summary>
    public required bool PassedSla { get; init; }

    /// <summary>When it goes on where it waits for the retry of a block, UTC.</summary>
    public DateTimeOffset? ResumeAt { get; init; }

    /// <summary>Its blocks, each after all its upstream blocks.</summary>
    public required IReadOnlyList<BlockRunResource> BlockRuns { get; init; }

    public static PipelineRunResource From(PipelineRun run, DateTimeOffset now) => new()
    {
        Id = run.Id,
        ProjectUuid = run.ProjectUuid,
        PipelineUuid = run.PipelineUuid,
        Status = run.Status,
        Origin = run.Origin,
        TriggerId = run.TriggerId,
        TriggerName = run.TriggerName,
        ParentRunId = run.ParentRunId,
        BackfillId = run.BackfillId,
        ExecutionDate = run.ExecutionDate,
        Variables = run.Variables,
        CreatedAt = run.CreatedAt,
        StartedAt = run.StartedAt,
        CompletedAt = run.CompletedAt,
        CancelRequestedAt = run.CancelRequestedAt,
        DurationSeconds = run.Duration(now)?.TotalSeconds,
        Error = run.Error,
        WaitingFor = run.WaitingFor,
        ResumeAt = run.ResumeAt,
        PassedSla = run.PassedSla,
        BlockRuns = [.. run.BlockRuns.Select(blockRun => BlockRunResource.From(blockRun, now))],
    };
}

/// <summary>A run that is a block of another one.</summary>
/// <param name="Id">The run.</param>
/// <param name="ProjectUuid">Uuid of its project.</param>
/// <param name="PipelineUuid">Uuid of its pipeline.</param>
/// <param name="Status">Where it stands.</param>
internal sealed record CalledRunResource(long Id, string ProjectUuid, string PipelineUuid, RunStatus Status);

/// <summary>One block in one pipeline run.</summary>
internal sealed record BlockRunResource
{
    /// <summary>Unique over all runs.</summary>
    public required long Id { get; init; }

    /// <summary>Uuid of the block.</summary>
    /// <example>load_titanic</example>
    public required string BlockUuid { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of block.</summary>
    /// <example>data_loader</example>
    public required string Type { get; init; }

    /// <summary>What its file is written in.</summary>
    /// <example>csharp</example>
    public required string Language { get; init; }

    /// <summary>Uuids of its upstream blocks.</summary>
    public required IReadOnlyList<string> UpstreamBlocks { get; init; }

    /// <summary>Uuid of the block whose child it is, run for one item of a dynamic block; children are left out of lists of runs.</summary>
    public string? FanOf { get; init; }

    /// <summary>Where it stands.</summary>
    public required BlockRunStatus Status { get; init; }

    /// <summary>How often it was started.</summary>
    public required int Attempt { get; init; }

    /// <summary>Attempts that failed and used up a retry.</summary>
    public required int Failures { get; init; }

    /// <summary>Whether it waits for somebody to approve it; the approvals of the run say what is asked and until when.</summary>
    public required bool WaitsForApproval { get; init; }

    /// <summary>The run that its current attempt is, for a block of type pipeline; left out in lists of runs.</summary>
    public CalledRunResource? CalledRun { get; init; }

    /// <summary>When it is tried again, or a sensor looks again, UTC.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The attempts before the current one; empty in lists of runs.</summary>
    public required IReadOnlyList<BlockAttemptResource> EarlierAttempts { get; init; }

    /// <summary>When its current attempt started, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it became final, UTC.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Seconds from start to end, or until now.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>Why it failed.</summary>
    public BlockErrorResource? Error { get; init; }

    /// <summary>Results of its tests.</summary>
    public required IReadOnlyList<BlockTestResource> Tests { get; init; }

    /// <summary>Its outputs; empty in lists of runs.</summary>
    public required IReadOnlyList<BlockOutputResource> Outputs { get; init; }

    public static BlockRunResource From(BlockRun run, DateTimeOffset now) => new()
    {
        Id = run.Id,
        BlockUuid = run.BlockUuid,
        Name = run.Name,
        Type = run.Type.Word,
        Language = run.Language.Word,
        UpstreamBlocks = run.UpstreamBlocks,
        FanOf = run.FanOf,
        Status = run.Status,
        Attempt = run.Attempt,
        Failures = run.Failures,
        WaitsForApproval = run.WaitsForApproval,
        CalledRun = run.Called is { } called ? new CalledRunResource(called.Id, called.ProjectUuid, called.PipelineUuid, called.Status) : null,
        NextAttemptAt = run.WaitsForRun || run.WaitsForApproval ? null : run.NextAttemptAt,
        EarlierAttempts = [.. run.EarlierAttempts.Select(BlockAttemptResource.From)],
        StartedAt = run.StartedAt,
        CompletedAt = run.CompletedAt,
        DurationSeconds = run.Duration(now)?.TotalSeconds,
        Error = run.Error is { } error ? BlockErrorResource.From(error) : null,
        Tests = [.. run.Tests.Select(test => new BlockTestResource(test.Name, test.Passed, test.Message))],
        Outputs = [.. run.Outputs.Select(output => BlockOutputResource.From(output, run))],
    };
}

/// <summary>An attempt of a block that ended and was followed by another one.</summary>
/// <param name="Attempt">From 1; the lines of the log bear it.</param>
/// <param name="Status">How it ended; cancelled where it was interrupted.</param>
/// <param name="StartedAt">When it started, UTC.</param>
/// <param name="CompletedAt">When it ended, UTC; null where its worker died.</param>
/// <param name="Error">Why it failed or was interrupted.</param>
internal sealed record BlockAttemptResource(
    int Attempt, BlockRunStatus Status, DateTimeOffset? StartedAt, DateTimeOffset? CompletedAt, BlockErrorResource? Error)
{
    public static BlockAttemptResource From(BlockAttempt attempt) => new(
        attempt.Attempt, attempt.Status, attempt.StartedAt, attempt.CompletedAt,
        attempt.Error is { } error ? BlockErrorResource.From(error) : null);
}

/// <summary>Why a block failed.</summary>
/// <param name="Type">Stable word or the exception's type.</param>
/// <param name="Message">The whole message.</param>
/// <param name="File">File of the user's code relative to the project.</param>
/// <param name="Line">Line from 1.</param>
/// <param name="Column">Column from 1.</param>
/// <param name="Code">The lines around it.</param>
/// <param name="CodeFirstLine">Number of the first of these lines.</param>
/// <param name="StackTrace">Stack trace, user's frames first.</param>
internal sealed record BlockErrorResource(
    string Type, string Message, string? File, int? Line, int? Column, string? Code, int? CodeFirstLine, string? StackTrace)
{
    public static BlockErrorResource From(BlockError error) => new(
        error.Type, error.Message, error.File, error.Line, error.Column, error.Code, error.CodeFirstLine, error.StackTrace);
}

/// <summary>What a test of a block said.</summary>
/// <param name="Name">Name of the test.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Message">Why not.</param>
internal sealed record BlockTestResource(string Name, bool Passed, string? Message);
