using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs.Approvals;

namespace Mlops.Core.Runs;

/// <summary>A row of <c>pipeline_run</c> as the driver gives it.</summary>
internal sealed class PipelineRunRow
{
    public const string WaitsForWorker = "Waits for a free worker.";

    public const string WaitsForTakeUp = "Its worker stopped; waits for a worker that takes it up again.";

    /// <summary>The columns that <see cref="ToRun"/> needs, of a table named <c>pipeline_run</c>.</summary>
    public const string Columns =
        """
        pipeline_run.id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid, status, origin, trigger_id as TriggerId,
        trigger_name as TriggerName, execution_date as ExecutionDate, variables, created_at as CreatedAt, started_at as StartedAt,
        completed_at as CompletedAt, cancel_requested_at as CancelRequestedAt, error, lease_expires_at as LeaseExpiresAt,
        waiting_for as WaitingFor, resume_at as ResumeAt, pipeline_run.settings, sla_at as SlaAt, passed_sla_at as PassedSlaAt, wake_ups as WakeUps,
        parent_run_id as ParentRunId, product, backfill_id as BackfillId
        """;

    public long Id { get; init; }
    public string ProjectUuid { get; init; } = "";
    public string PipelineUuid { get; init; } = "";
    public string Status { get; init; } = "";
    public string Origin { get; init; } = "";
    public long? TriggerId { get; init; }
    public string? TriggerName { get; init; }
    public long ExecutionDate { get; init; }
    public string Variables { get; init; } = "{}";
    public long CreatedAt { get; init; }
    public long? StartedAt { get; init; }
    public long? CompletedAt { get; init; }
    public long? CancelRequestedAt { get; init; }
    public string? Error { get; init; }
    public long? LeaseExpiresAt { get; init; }
    public string? WaitingFor { get; init; }
    public long? ResumeAt { get; init; }
    public string Settings { get; init; } = "{}";
    public long? SlaAt { get; init; }
    public long? PassedSlaAt { get; init; }
    public long WakeUps { get; init; }
    public long? ParentRunId { get; init; }
    public long? BackfillId { get; init; }
    public string? Product { get; init; }

    public PipelineRun ToRun(IReadOnlyList<BlockRun> blockRuns, DateTimeOffset now) => new()
    {
        Id = Id,
        ProjectUuid = ProjectUuid,
        PipelineUuid = PipelineUuid,
        Status = RunStatusOf(Status),
        Origin = Enum.Parse<RunOrigin>(Origin, ignoreCase: true),
        TriggerId = TriggerId,
        TriggerName = TriggerName,
        ExecutionDate = Timestamps.FromMicroseconds(ExecutionDate),
        Variables = JsonSerializer.Deserialize(Variables, RunJson.Default.IReadOnlyDictionaryStringJsonElement)!,
        CreatedAt = Timestamps.FromMicroseconds(CreatedAt),
        StartedAt = Timestamps.FromMicroseconds(StartedAt),
        CompletedAt = Timestamps.FromMicroseconds(CompletedAt),
        CancelRequestedAt = Timestamps.FromMicroseconds(CancelRequestedAt),
        Error = Error,
        WaitingFor = WaitsFor(now),
        ResumeAt = ResumeAt < RunApprovals.Never.ToMicroseconds() ? Timestamps.FromMicroseconds(ResumeAt) : null,
        WakeUps = WakeUps,
        ParentRunId = ParentRunId,
        BackfillId = BackfillId,
        Product = Product,
        PassedSla = PassedSlaAt is not null || (SlaAt is { } due && (CompletedAt ?? now.ToMicroseconds()) > due),
        Terms = RunTerms.FromJson(Settings),
        BlockRuns = blockRuns,
    };

    /// <summary>The status that a stored word names.</summary>
    /// <exception cref="InvalidDataException">It names none: the database was written by something else.</exception>
    public static RunStatus RunStatusOf(string word) =>
        StatusWords.ParseRun(word) ?? throw new InvalidDataException($"'{word}' is not the status of a pipeline run.");

    private string? WaitsFor(DateTimeOffset now) => RunStatusOf(Status) switch
    {
        RunStatus.Initial => WaitingFor ?? WaitsForWorker,
        RunStatus.Running when ResumeAt is { } resume && resume > now.ToMicroseconds() => WaitingFor,
        RunStatus.Running when LeaseExpiresAt is not { } expires || expires < now.ToMicroseconds() => WaitsForTakeUp,
        _ => null,
    };
}

/// <summary>A row of <c>block_run</c> as the driver gives it.</summary>
internal sealed class BlockRunRow
{
    /// <summary>The columns that <see cref="ToBlockRun"/> needs, of a table named <c>block_run</c>.</summary>
    public const string Columns =
        """
        block_run.id, pipeline_run_id as PipelineRunId, block_run.position, block_uuid as BlockUuid, block_run.name, type, language, upstream_blocks as UpstreamBlocks,
        file_path as FilePath, status, attempt, started_at as StartedAt, completed_at as CompletedAt, error, tests, block_run.settings, failures, interruptions, next_attempt_at as NextAttemptAt,
        fan_of as FanOf, fan_index as FanIndex, fan_items as FanItems
        """;

    public long Id { get; init; }
    public long PipelineRunId { get; init; }
    public int Position { get; init; }
    public string BlockUuid { get; init; } = "";
    public string Name { get; init; } = "";
    public string Type { get; init; } = "";
    public string Language { get; init; } = "";
    public string UpstreamBlocks { get; init; } = "[]";
    public string? FilePath { get; init; }
    public string Status { get; init; } = "";
    public int Attempt { get; init; }
    public long? StartedAt { get; init; }
    public long? CompletedAt { get; init; }
    public string? Error { get; init; }
    public string? Tests { get; init; }
    public string Settings { get; init; } = "{}";
    public int Failures { get; init; }
    public int Interruptions { get; init; }
    public long? NextAttemptAt { get; init; }
    public string? FanOf { get; init; }
    public int FanIndex { get; init; }
    public string? FanItems { get; init; }

    public BlockRun ToBlockRun(IReadOnlyList<BlockOutput> outputs) => new()
    {
        Id = Id,
        PipelineRunId = PipelineRunId,
        BlockUuid = BlockUuid,
        Name = Name,
        Type = BlockType.OfStored(Type),
        Language = BlockLanguage.OfStored(Language),
        UpstreamBlocks = JsonSerializer.Deserialize(UpstreamBlocks, RunJson.Default.IReadOnlyListString)!,
        FilePath = FilePath,
        Status = StatusWords.ParseBlock(Status) ?? throw new InvalidDataException($"'{Status}' is not the status of a block run."),
        Attempt = Attempt,
        Failures = Failures,
        Interruptions = Interruptions,
        NextAttemptAt = Timestamps.FromMicroseconds(NextAttemptAt),
        Terms = BlockTerms.FromJson(Settings),
        FanOf = FanOf,
        FanIndex = FanIndex,
        FanItems = FanItems is null ? null : JsonSerializer.Deserialize(FanItems, RunJson.Default.IReadOnlyListString),
        StartedAt = Timestamps.FromMicroseconds(StartedAt),
        CompletedAt = Timestamps.FromMicroseconds(CompletedAt),
        Error = Error is null ? null : JsonSerializer.Deserialize(Error, RunJson.Default.BlockError),
        Tests = Tests is null ? [] : JsonSerializer.Deserialize(Tests, RunJson.Default.IReadOnlyListBlockTestResult)!,
        Outputs = outputs,
    };
}

/// <summary>A row of <c>block_attempt</c> as the driver gives it.</summary>
internal sealed class BlockAttemptRow
{
    public long BlockRunId { get; init; }
    public int Attempt { get; init; }
    public string Status { get; init; } = "";
    public long? StartedAt { get; init; }
    public long? CompletedAt { get; init; }
    public string? Error { get; init; }

    /// <summary>The earlier attempts of the block runs whose ids are the array <c>@ids</c>, in their order.</summary>
    public static string SelectOfBlocks(SqlDialect dialect) =>
        $"""
        select block_run_id as BlockRunId, attempt, status, started_at as StartedAt, completed_at as CompletedAt, error
        from block_attempt where {dialect.IsAmong("block_run_id", "@ids")} order by block_run_id, attempt
        """;

    public BlockAttempt ToAttempt() => new(
        Attempt,
        StatusWords.ParseBlock(Status) ?? throw new InvalidDataException($"'{Status}' is not the status of an attempt."),
        Timestamps.FromMicroseconds(StartedAt),
        Timestamps.FromMicroseconds(CompletedAt),
        Error is null ? null : JsonSerializer.Deserialize(Error, RunJson.Default.BlockError));
}

/// <summary>A row of <c>block_output</c> as the driver gives it.</summary>
internal sealed class BlockOutputRow
{
    public long BlockRunId { get; init; }
    public string Name { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Path { get; init; } = "";
    public long SizeBytes { get; init; }
    public string Hash { get; init; } = "";
    public long? RowCount { get; init; }
    public string Details { get; init; } = "{}";

    /// <summary>The outputs of the block runs whose ids are the array <c>@ids</c>, in their order.</summary>
    public static string SelectOfBlocks(SqlDialect dialect) =>
        $"""
        select block_run_id as BlockRunId, name, kind, path, size_bytes as SizeBytes, hash, row_count as RowCount, details
        from block_output where {dialect.IsAmong("block_run_id", "@ids")} order by block_run_id, position
        """;

    public BlockOutput ToBlockOutput()
    {
        var details = JsonSerializer.Deserialize(Details, RunJson.Default.OutputDetails)!;
        return new BlockOutput
        {
            Name = Name,
            Kind = Enum.Parse<OutputKind>(Kind, ignoreCase: true),
            Path = Path,
            SizeBytes = SizeBytes,
            Hash = Hash,
            RowCount = RowCount,
            Columns = details.Columns ?? [],
            Metrics = details.Metrics ?? [],
            Curves = details.Curves ?? [],
            Value = details.Value,
        };
    }
}
