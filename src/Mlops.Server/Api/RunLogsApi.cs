using Mlops.Core.Runs;
using Mlops.Server.Api.OpenApi;

namespace Mlops.Server.Api;

/// <summary>What runs wrote.</summary>
internal static class RunLogsApi
{
    private const int MaximumLimit = 5000;
    private const int DefaultLimit = 1000;

    public static void MapRunLogsApi(this IEndpointRouteBuilder api) =>
        api.MapGet("/pipeline_runs/{id}/logs", ReadAsync).WithTags("Pipeline runs").WithName("GetPipelineRunLogs").WithSummary("Read the log of a run")
            .WithDescription("Lines in the order of arrival, while the run runs too: ask again with the number of the last line as 'after'. As text by ?format=text or 'Accept: text/plain'; then, without a limit, the whole log.")
            .Produces<RunLogPage>().AlsoProduces("text/plain").ProducesProblem(400).ProducesProblem(404);

    /// <param name="id">Id of the run.</param>
    /// <param name="after">Number of the last line seen; 0 by default.</param>
    /// <param name="limit">At most so many lines, 1 to 5,000; 1,000 by default.</param>
    /// <param name="block">Only lines of this block.</param>
    /// <param name="level">Only lines as grave as this or graver: debug, info, warning or error.</param>
    /// <param name="text">Only lines that contain this text, without regard to case.</param>
    /// <param name="format">json or text; goes before the Accept header.</param>
    internal static async Task<IResult> ReadAsync(
        long id, long? after, int? limit, string? block, string? level, string? text, string? format, HttpRequest request, RunLogStore logs, CancellationToken cancellationToken)
    {
        var checks = new Requests();
        var (start, count) = (checks.NotNegative("after", after), checks.Range("limit", limit, 1, MaximumLimit, DefaultLimit));
        var filter = new RunLogFilter(block, checks.Level("level", level), text);
        checks.ThrowIfAny();
        var lines = await logs.ReadAsync(id, filter, start, count, cancellationToken);
        return RunLogText.IsWanted(format, request)
            ? new RunLogText(lines, limit is null ? number => logs.ReadAsync(id, filter, number, MaximumLimit, cancellationToken) : null)
            : TypedResults.Ok(RunLogPage.From(lines, start, Links.Next(request, lines.Count == count ? lines[^1].Number : null)));
    }
}

/// <summary>Lines of a run's log.</summary>
/// <param name="Lines">The lines in order.</param>
/// <param name="After">Number to ask on with, also where this page is empty.</param>
/// <param name="Next">Address of the next page; null where there were no more lines.</param>
internal sealed record RunLogPage(IReadOnlyList<RunLogLineResource> Lines, long After, string? Next)
{
    public static RunLogPage From(IReadOnlyList<RunLogLine> lines, long after, string? next) => new(
        [.. lines.Select(line => new RunLogLineResource(line.Number, line.At, line.Level, line.BlockUuid, line.Attempt, line.Text))],
        lines.Count == 0 ? after : lines[^1].Number,
        next);
}

/// <summary>A line of a run's log.</summary>
/// <param name="Number">From 1 in its run, in the order of arrival.</param>
/// <param name="At">When it was written, UTC.</param>
/// <param name="Level">How grave.</param>
/// <param name="BlockUuid">The block that wrote it; null for the run itself.</param>
/// <param name="Attempt">The block's attempt; 0 for the run itself.</param>
/// <param name="Text">The line.</param>
internal sealed record RunLogLineResource(long Number, DateTimeOffset At, RunLogLevel Level, string? BlockUuid, int Attempt, string Text);
