using System.Text.Json;
using Mlops.Chaos.Machine;

namespace Mlops.Chaos.Checks;

/// <summary>A run as it is in the database in the end.</summary>
internal sealed class RunRow
{
    public long Id { get; init; }
    public string Pipeline { get; init; } = "";
    public string Status { get; init; } = "";
    public string? Error { get; init; }
    public string? WaitingFor { get; init; }
    public string? LeaseOwner { get; init; }
    public long? LeaseExpiresAt { get; init; }
    public long? CompletedAt { get; init; }
    public long? CancelRequestedAt { get; init; }

    public override string ToString() =>
        $"run {Id} {Pipeline}: {Status}, completed {CompletedAt}, cancel {CancelRequestedAt}, lease {LeaseOwner} until {LeaseExpiresAt}, waits '{WaitingFor}', error '{Error}'";
}

/// <summary>A block run, or a former attempt of one, as it is in the database in the end.</summary>
internal sealed class BlockRow
{
    public long RunId { get; init; }
    public string Block { get; init; } = "";
    public string Status { get; init; } = "";
    public long Number { get; init; }
    public string? Upstream { get; init; }
    public string? Error { get; init; }

    public Attempt Attempt => new(RunId, Block, (int)Number);

    public string? ErrorType => Error is null ? null : JsonDocument.Parse(Error).RootElement.GetProperty("type").GetString();

    public IReadOnlyList<string> UpstreamBlocks => Upstream is null ? [] : JsonSerializer.Deserialize<string[]>(Upstream)!;

    public override string ToString() => $"  block {Block}, attempt {Number}: {Status} {(Error is { Length: > 300 } ? Error[..300] : Error)}";
}

/// <summary>Everything that the database holds of the runs.</summary>
internal sealed record FinalRows(IReadOnlyDictionary<long, RunRow> Runs, ILookup<long, BlockRow> Blocks, ILookup<long, BlockRow> FormerAttempts)
{
    public static async Task<FinalRows> ReadAsync(TrialDatabase database)
    {
        var runs = await database.QueryAsync<RunRow>(
            """
            select id, pipeline_uuid as Pipeline, status, error, waiting_for as WaitingFor, lease_owner as LeaseOwner,
                lease_expires_at as LeaseExpiresAt, completed_at as CompletedAt, cancel_requested_at as CancelRequestedAt
            from pipeline_run
            """);
        var blocks = await database.QueryAsync<BlockRow>(
            """
            select pipeline_run_id as RunId, block_uuid as Block, status, attempt as Number, upstream_blocks as Upstream, error
            from block_run order by pipeline_run_id, position
            """);
        var attempts = await database.QueryAsync<BlockRow>(
            """
            select block_run.pipeline_run_id as RunId, block_run.block_uuid as Block, block_attempt.status, block_attempt.attempt as Number, block_attempt.error
            from block_attempt join block_run on block_run.id = block_attempt.block_run_id order by block_run.id, block_attempt.attempt
            """);
        return new FinalRows(runs.ToDictionary(run => run.Id), blocks.ToLookup(block => block.RunId), attempts.ToLookup(attempt => attempt.RunId));
    }
}
