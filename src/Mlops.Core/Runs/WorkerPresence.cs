using System.Data.Common;
using Dapper;
using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>Says of runs that wait whether anybody is there to take them.</summary>
internal static class WorkerPresence
{
    public const string NobodyStarts = "No worker is alive: start one, or a server.";

    public const string NobodyTakesUp = "Its worker stopped and no other is alive: start one, or a server.";

    /// <summary>The runs, with another reason of those that wait where no process takes runs. Asks the database only where one waits.</summary>
    /// <param name="runs">Runs as they were read.</param>
    /// <param name="connection">The connection that they were read on.</param>
    /// <param name="now">Now: a process that was not heard of for as long as a lease holds counts as dead.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<PipelineRun>> ExplainAsync(
        IReadOnlyList<PipelineRun> runs, DbConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!runs.Any(WaitsForAnyWorker))
        {
            return runs;
        }

        var alive = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "select count(*) from worker where state = 'active' and heartbeat_at >= @since",
            new { since = (now - RunLeases.Duration).ToMicroseconds() }, cancellationToken: cancellationToken));
        return alive > 0 ? runs : [.. runs.Select(ExplainAlone)];
    }

    /// <summary>A run that waits for its retry or for a limit says that, whoever is alive.</summary>
    private static bool WaitsForAnyWorker(PipelineRun run) => run.WaitingFor is PipelineRunRow.WaitsForWorker or PipelineRunRow.WaitsForTakeUp;

    private static PipelineRun ExplainAlone(PipelineRun run) => run switch
    {
        _ when !WaitsForAnyWorker(run) => run,
        { Status: RunStatus.Initial } => run with { WaitingFor = NobodyStarts },
        _ => run with { WaitingFor = NobodyTakesUp },
    };
}
