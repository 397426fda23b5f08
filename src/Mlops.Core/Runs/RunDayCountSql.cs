using System.Data.Common;
using Dapper;
using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>The query behind <see cref="RunDayCount"/>: one, over the index by project and time of creation.</summary>
internal static class RunDayCountSql
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    public static async Task<IReadOnlyList<RunDayCount>> ReadAsync(
        DbConnection connection, string projectUuid, DateOnly from, DateOnly until, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            """
            select created_at / @MicrosecondsPerDay as Day, status as Status, count(*) as Count from pipeline_run
            where project_uuid = @projectUuid and created_at >= @first and created_at < @end
            group by created_at / @MicrosecondsPerDay, status
            """,
            new { projectUuid, MicrosecondsPerDay, first = Begin(from).ToMicroseconds(), end = Begin(until).ToMicroseconds() },
            cancellationToken: cancellationToken));

        // Sorted here: the databases' collations differ.
        return
        [
            .. rows.Select(row => new RunDayCount(DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(row.Day)), PipelineRunRow.RunStatusOf(row.Status), row.Count))
                .OrderBy(count => count.Day).ThenBy(count => count.Status),
        ];
    }

    private static DateTimeOffset Begin(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private sealed class Row
    {
        public long Day { get; init; }
        public string Status { get; init; } = "";
        public long Count { get; init; }
    }
}
