using System.Globalization;
using Mlops.Core.Database;
using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>Use cases of backfills, for UI, REST and command line alike.</summary>
public sealed class BackfillService
{
    /// <summary>Most intervals of a backfill.</summary>
    public const long MaxIntervals = 10_000_000;

    /// <summary>Most intervals that nobody has to say yes to.</summary>
    public const long MaxUnconfirmed = 1_000;

    /// <summary>Most runs of a backfill at a time.</summary>
    public const int MaxConcurrency = 1_000;

    /// <summary>Most intervals of one page.</summary>
    public const int MaxPage = 1_000;

    private const int PreviewLength = 5;

    private readonly ProjectCatalog _catalog;
    private readonly BackfillStore _store;
    private readonly PipelineRunStarter _starter;
    private readonly PipelineRunService _runs;

    internal BackfillService(ProjectCatalog catalog, BackfillStore store, PipelineRunStarter starter, PipelineRunService runs)
    {
        _catalog = catalog;
        _store = store;
        _starter = starter;
        _runs = runs;
    }

    /// <summary>What a span of time holds, without making anything.</summary>
    /// <exception cref="InvalidRequestException"><c>invalid_backfill</c>: it holds nothing, too much, or cannot be read.</exception>
    public static BackfillPreview Preview(BackfillSpan span)
    {
        var (intervals, count) = BackfillCheck.Read(span);
        return new BackfillPreview(count, intervals.FromIndex(0).First(), intervals.Last(), [.. intervals.FromIndex(0).Take(PreviewLength)]);
    }

    /// <summary>Makes a backfill; nothing runs before <see cref="StartAsync"/>.</summary>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    /// <exception cref="InvalidRequestException">
    /// <c>invalid_backfill</c>: something of it is wrong; <c>needs_confirmation</c>: it has more than <see cref="MaxUnconfirmed"/> intervals, and nobody said yes.
    /// </exception>
    public async Task<Backfill> CreateAsync(BackfillWish wish, CancellationToken cancellationToken)
    {
        _ = _catalog.GetPipeline(wish.ProjectUuid, wish.PipelineUuid);
        var (_, count) = BackfillCheck.Read(wish.Span);
        BackfillCheck.Check(wish, count);
        var zone = string.IsNullOrEmpty(wish.Span.TimeZone) ? "UTC" : wish.Span.TimeZone;
        var name = string.IsNullOrWhiteSpace(wish.Name)
            ? string.Create(CultureInfo.InvariantCulture, $"{wish.Span.Start.UtcDateTime:yyyy-MM-dd HH:mm} to {wish.Span.End.UtcDateTime:yyyy-MM-dd HH:mm}")
            : wish.Name.Trim();
        return (await _store.InsertAsync(wish with { Name = name }, count, zone, cancellationToken)).ToBackfill(new BackfillCounts());
    }

    /// <summary>Makes runs for all intervals that have none, or for those of a part of it.</summary>
    /// <exception cref="NotFoundException">There is no such backfill, or its pipeline is gone.</exception>
    /// <exception cref="InvalidRequestException">
    /// <c>conflict</c>: it runs, or no interval is left; <c>invalid_range</c>: the part is not inside; <c>invalid_pipeline</c>: its pipeline cannot run.
    /// </exception>
    public async Task<Backfill> StartAsync(long id, BackfillRange? range, CancellationToken cancellationToken)
    {
        var row = await _store.FindAsync(id, cancellationToken) ?? throw NoSuchBackfill(id);
        var (from, until) = RequirePart(row, range);
        if (row.Status != "running" && range is null && row.RunCount >= row.IntervalCount)
        {
            throw Conflict($"All intervals of backfill {id} have had their runs. Retry those that failed, or choose a part of it.");
        }

        _ = _starter.Prepare(new PipelineName(row.ProjectUuid, row.PipelineUuid), [row.ReadVariables()], RunOrigin.Backfill);
        var before = await _store.StartAsync(id, from.ToMicroseconds(), until.ToMicroseconds(), cancellationToken) ?? throw NoSuchBackfill(id);
        return before.Status == "running"
            ? throw Conflict($"Backfill {id} is running. Wait for its end, or cancel it first.")
            : await GetAsync(id, cancellationToken);
    }

    /// <summary>Runs those of its runs again that failed or were cancelled, at most as many at a time as may be open; completed ones stay as they are.</summary>
    /// <exception cref="NotFoundException">There is no such backfill.</exception>
    /// <exception cref="InvalidRequestException"><c>conflict</c>: there is no such run; <c>invalid_range</c>: the part is not inside.</exception>
    public async Task<Backfill> RetryAsync(long id, BackfillRange? range, CancellationToken cancellationToken)
    {
        var row = await _store.FindAsync(id, cancellationToken) ?? throw NoSuchBackfill(id);
        var (from, until) = RequirePart(row, range);
        var (before, count) = await _store.RetryAsync(id, from.ToMicroseconds(), until.ToMicroseconds(), cancellationToken);
        _ = before ?? throw NoSuchBackfill(id);
        return count == 0
            ? throw Conflict($"No run of {(range is null ? $"backfill {id}" : $"this part of backfill {id}")} failed or was cancelled; there is nothing to retry.")
            : await GetAsync(id, cancellationToken);
    }

    /// <summary>Makes no more runs of it, and cancels those that are open. One that ended stays as it is.</summary>
    /// <exception cref="NotFoundException">There is no such backfill.</exception>
    public async Task<Backfill> CancelAsync(long id, CancellationToken cancellationToken)
    {
        var (before, open) = await _store.CancelAsync(id, cancellationToken);
        _ = before ?? throw NoSuchBackfill(id);
        foreach (var run in open)
        {
            // The wish is durable; this tells who executes the run here, or wakes somebody to end it.
            await _runs.CancelAsync(run, cancellationToken);
        }

        return await GetAsync(id, cancellationToken);
    }

    /// <summary>Removes a backfill that does not run; its runs stay.</summary>
    /// <exception cref="NotFoundException">There is no such backfill.</exception>
    /// <exception cref="InvalidRequestException"><c>conflict</c>: it runs, or a run of it does.</exception>
    public async Task DeleteAsync(long id, CancellationToken cancellationToken)
    {
        _ = await _store.DeleteAsync(id, cancellationToken) ?? throw NoSuchBackfill(id);
        if (await _store.FindAsync(id, cancellationToken) is not null)
        {
            throw Conflict($"Backfill {id} has runs that are not over. Cancel it, and delete it when they ended.");
        }
    }

    /// <summary>The backfill.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public async Task<Backfill> GetAsync(long id, CancellationToken cancellationToken)
    {
        var row = await _store.FindAsync(id, cancellationToken) ?? throw NoSuchBackfill(id);
        return (await AddCountsAsync([row], cancellationToken))[0];
    }

    /// <summary>Those that a filter lets through, newest first; also of pipelines that are gone.</summary>
    /// <exception cref="NotFoundException">The filter names a project that there is not.</exception>
    public async Task<IReadOnlyList<Backfill>> ListAsync(BackfillFilter filter, CancellationToken cancellationToken)
    {
        _ = filter.ProjectUuid is { } project ? _catalog.GetProject(project) : null;
        return await AddCountsAsync(await _store.ListAsync(filter, cancellationToken), cancellationToken);
    }

    /// <summary>Intervals of a backfill with their runs.</summary>
    /// <param name="id">The backfill.</param>
    /// <param name="offset">The number of the first interval, from 0.</param>
    /// <param name="limit">At most so many; 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NotFoundException">There is no such backfill.</exception>
    public async Task<IReadOnlyList<BackfillCell>> ListCellsAsync(long id, long offset, int limit, CancellationToken cancellationToken)
    {
        var row = await _store.FindAsync(id, cancellationToken) ?? throw NoSuchBackfill(id);
        var intervals = row.ReadIntervals();
        var instants = intervals.FromIndex(Math.Max(0, offset)).Take(Math.Clamp(limit, 1, MaxPage)).ToList();
        if (instants.Count == 0)
        {
            return [];
        }

        var runs = (await _store.ListRunsAsync(id, instants[0], instants[^1], cancellationToken)).ToDictionary(run => run.Instant);
        return
        [
            .. from instant in instants
               let run = runs.GetValueOrDefault(instant.ToMicroseconds())
               select new BackfillCell(instant, intervals.IntervalAt(instant).End, StatusWords.ParseRun(run?.Status), run?.Id),
        ];
    }

    private static (DateTimeOffset From, DateTimeOffset Until) RequirePart(BackfillRow row, BackfillRange? range)
    {
        var (start, end) = (Timestamps.FromMicroseconds(row.StartAt), Timestamps.FromMicroseconds(row.EndAt));
        if (range is null)
        {
            return (start, end);
        }

        if (range.From < start || range.To > end || range.To <= range.From)
        {
            throw Invalid($"From {BackfillCheck.T(range.From)} to {BackfillCheck.T(range.To)} is no part of backfill {row.Id}, which goes from {BackfillCheck.T(start)} to {BackfillCheck.T(end)}.");
        }

        return row.ReadIntervals().From(range.From).TakeWhile(instant => instant < range.To).Any()
            ? (range.From, range.To)
            : throw Invalid($"No interval of backfill {row.Id} begins from {BackfillCheck.T(range.From)} on and before {BackfillCheck.T(range.To)}. The end is exclusive; choose a later one.");

        static InvalidRequestException Invalid(string error) => new("invalid_range", [error]);
    }

    private static InvalidRequestException Conflict(string error) => new("conflict", [error]);

    private static NotFoundException NoSuchBackfill(long id) => new(
        "backfill", id.ToString(CultureInfo.InvariantCulture), $"There is no backfill {id}. It may have been deleted; the backfills of a pipeline show those that there are.");

    private async Task<IReadOnlyList<Backfill>> AddCountsAsync(IReadOnlyList<BackfillRow> rows, CancellationToken cancellationToken)
    {
        var counts = rows.Count == 0 ? null : await _store.CountRunsAsync([.. rows.Select(row => row.Id)], cancellationToken);
        return [.. rows.Select(row => row.ToBackfill(counts!.GetValueOrDefault(row.Id) ?? new BackfillCounts()))];
    }
}
