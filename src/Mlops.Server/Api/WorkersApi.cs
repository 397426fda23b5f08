using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Workers;

namespace Mlops.Server.Api;

/// <summary>The processes that take runs.</summary>
internal static class WorkersApi
{
    public static void MapWorkersApi(this IEndpointRouteBuilder api) =>
        api.MapGet("/workers", ListAsync).WithName("ListWorkers").WithTags("Workers").WithSummary("List the workers")
            .WithDescription("Every process that takes runs from this database, servers too, by machine and start. Lost ones are listed for an hour.")
            .ProducesProblem(503);

    internal static async Task<Ok<WorkerList>> ListAsync(WorkerService workers, CancellationToken cancellationToken) =>
        TypedResults.Ok(new WorkerList([.. (await workers.ListAsync(cancellationToken)).Select(WorkerResource.From)]));
}

/// <summary>The processes that take runs.</summary>
/// <param name="Workers">By machine and start.</param>
internal sealed record WorkerList(IReadOnlyList<WorkerResource> Workers);

/// <summary>A process that takes runs.</summary>
internal sealed record WorkerResource
{
    /// <summary>Unique over machines and restarts.</summary>
    public required string Id { get; init; }

    /// <summary>server or worker.</summary>
    public required WorkerRole Role { get; init; }

    /// <summary>active, draining (takes no more runs and waits for those that it has) or lost (silent for 20 s, or dead).</summary>
    public required WorkerState State { get; init; }

    /// <summary>Name of its machine or container.</summary>
    public required string Machine { get; init; }

    /// <summary>Number of the process on that machine.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Version of the program.</summary>
    /// <example>0.1.0</example>
    public required string Version { get; init; }

    /// <summary>When it started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was last heard of, UTC.</summary>
    public required DateTimeOffset HeartbeatAt { get; init; }

    /// <summary>Pipeline runs that it executes at a time.</summary>
    public required int SlotCount { get; init; }

    /// <summary>Runs that it could take more now.</summary>
    public required int FreeSlotCount { get; init; }

    /// <summary>Runs that it has now.</summary>
    public required int RunningCount { get; init; }

    /// <summary>Memory of the process and those that it started, bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The oldest of the runs that it has, at most 20.</summary>
    public required IReadOnlyList<WorkerRunResource> PipelineRuns { get; init; }

    public static WorkerResource From(Worker worker) => new()
    {
        Id = worker.Id,
        Role = worker.Role,
        State = worker.State,
        Machine = worker.Machine,
        ProcessId = worker.ProcessId,
        Version = worker.Version,
        StartedAt = worker.StartedAt,
        HeartbeatAt = worker.HeartbeatAt,
        SlotCount = worker.Slots,
        FreeSlotCount = worker.FreeSlots,
        RunningCount = worker.RunningCount,
        MemoryBytes = worker.MemoryBytes,
        PipelineRuns = [.. worker.Runs.Select(run => new WorkerRunResource(run.PipelineRunId, run.ProjectUuid, run.PipelineUuid))],
    };
}

/// <summary>A run that a worker has.</summary>
/// <param name="Id">The run.</param>
/// <param name="ProjectUuid">Uuid of its project.</param>
/// <param name="PipelineUuid">Uuid of its pipeline.</param>
internal sealed record WorkerRunResource(long Id, string ProjectUuid, string PipelineUuid);
