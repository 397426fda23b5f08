using System.Data.Common;
using Dapper;
using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>The queries behind <see cref="RunStatistics"/>.</summary>
internal static class RunStatisticsSql
{
    /// <summary>Durations are taken from so many of the latest completed runs.</summary>
    private const int SampleSize = 1000;

    private const int Hours = 24;
    private const long MicrosecondsPerHour = 3_600_000_000;

    public static async Task<RunStatistics> ReadAsync(
        DbConnection connection, string projectUuid, string? pipelineUuid, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var runs = $"project_uuid = @projectUuid{(pipelineUuid is null ? "" : " and pipeline_uuid = @pipelineUuid")}";
        var parameters = new { projectUuid, pipelineUuid, since = since.ToMicroseconds(), SampleSize, Hours, MicrosecondsPerHour };
        var counts = await connection.QuerySingleAsync<Counts>(Command(
            $"""
            select count(*) as Total,
                count(case when status = 'completed' then 1 end) as Completed,
                count(case when status = 'failed' then 1 end) as Failed,
                count(distinct case when status = 'failed' then pipeline_uuid end) as FailedPipelines,
                (select count(*) from pipeline_run where {runs} and status = 'running') as Running
            from pipeline_run where {runs} and created_at >= @since
            """));
        var sample = (await connection.QueryAsync<Times>(Command(
            $"""
            select created_at as CreatedAt, started_at as StartedAt, completed_at as CompletedAt from pipeline_run
            where {runs} and created_at >= @since and status = 'completed' order by id desc limit @SampleSize
            """))).AsList();
        var hours = await connection.QueryAsync<HourRow>(Command(
            $"""
            select created_at / @MicrosecondsPerHour as Hour, count(*) as Total, count(case when status = 'failed' then 1 end) as Failed
            from pipeline_run where {runs} and created_at >= @since
            group by created_at / @MicrosecondsPerHour order by 1 desc limit @Hours
            """));
        var durations = Sorted(sample, times => times.CompletedAt - times.StartedAt);
        return new RunStatistics(
            counts.Total, counts.Completed, counts.Failed, counts.FailedPipelines, counts.Running,
            Percentile(durations, 50), Percentile(durations, 95), Percentile(Sorted(sample, times => times.StartedAt - times.CreatedAt), 50),
            [.. hours.Reverse().Select(row => new HourCount(Timestamps.FromMicroseconds(row.Hour * MicrosecondsPerHour), row.Total, row.Failed))]);

        CommandDefinition Command(string sql) => new(sql, parameters, cancellationToken: cancellationToken);
    }

    private static List<long> Sorted(IEnumerable<Times> sample, Func<Times, long> microseconds) => [.. sample.Select(microseconds).Order()];

    /// <summary>Nearest rank: the least value that at least <paramref name="percent"/> percent of the values do not exceed.</summary>
    private static TimeSpan? Percentile(List<long> sorted, int percent) =>
        sorted.Count == 0 ? null : TimeSpan.FromMicroseconds(sorted[((sorted.Count * percent) + 99) / 100 - 1]);

    private sealed class Counts
    {
        public long Total { get; init; }
        public long Completed { get; init; }
        public long Failed { get; init; }
        public long FailedPipelines { get; init; }
        public long Running { get; init; }
    }

    private sealed class Times
    {
        public long CreatedAt { get; init; }
        public long StartedAt { get; init; }
        public long CompletedAt { get; init; }
    }

    private sealed class HourRow
    {
        public long Hour { get; init; }
        public long Total { get; init; }
        public long Failed { get; init; }
    }
}
