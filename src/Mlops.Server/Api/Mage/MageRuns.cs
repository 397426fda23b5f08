using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Server.Api.Mage;

/// <summary>Runs as Mage's clients ask for them and read them.</summary>
internal sealed class MageRuns(PipelineRunService runs, ProjectCatalog catalog, MagePipelineFinder pipelines)
{
    private const int DefaultLimit = 20;

    private static readonly string[] Newest = ["created_at desc", "id desc", "execution_date desc", "-created_at", "-id", "-execution_date"];
    private static readonly string[] Oldest = ["created_at", "created_at asc", "id", "id asc"];

    /// <summary>The page of runs that a query asks for.</summary>
    /// <param name="query">The query.</param>
    /// <param name="triggerId">The trigger whose runs they are; null for what the query says.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Core.InvalidRequestException">Something is wrong with the query.</exception>
    public async Task<MagePipelineRunList> ListAsync(MageQuery query, long? triggerId, CancellationToken cancellationToken)
    {
        var filter = Read(query);
        var page = query.Page(MagePage.Maximum, DefaultLimit);
        query.ThrowIfAny();
        var found = await runs.ListAsync(
            filter with { TriggerIds = triggerId is { } id ? [id] : filter.TriggerIds, Limit = page.Limit, Offset = page.Offset }, cancellationToken);
        return new MagePipelineRunList([.. found.Runs.Select(run => MagePipelineRun.From(run, catalog))], page.Describe(found.TotalCount));
    }

    /// <summary>A run in its envelope.</summary>
    public MagePipelineRunEnvelope Show(PipelineRun run) => new(MagePipelineRun.From(run, catalog));

    /// <summary>The filter of a query; what is wrong with it is noted there.</summary>
    private PipelineRunFilter Read(MageQuery query) => new(query.Project)
    {
        PipelineUuids = query.ValuesOrNull("pipeline_uuid"),
        Pipelines = WithTags(query),
        Statuses = query.Statuses("status"),
        TriggerIds = query.Ids("pipeline_schedule_id"),
        BackfillId = query.Id("backfill_id"),
        Products = Products(query),
        CreatedFrom = query.Instant("start_timestamp"),
        CreatedTo = query.Instant("end_timestamp"),
        OldestFirst = IsOldestFirst(query),
    };

    private IReadOnlyList<string>? WithTags(MageQuery query) => query.ValuesOrNull("pipeline_tag") is { } tags
        ? [.. pipelines.List(query.Project).Where(pipeline => pipeline.Tags.Any(tags.Contains)).Select(pipeline => $"{pipeline.ProjectUuid}/{pipeline.Uuid}")]
        : null;

    private IReadOnlyList<string>? Products(MageQuery query) => query.ValuesOrNull("global_data_product_uuid") is { } products
        ? [.. pipelines.Projects(query.Project).SelectMany(_ => products, (project, product) => $"{project.Uuid}/{product}")]
        : null;

    private static bool IsOldestFirst(MageQuery query)
    {
        var order = query.Values("order_by").Concat(query.Values("_order_by")).FirstOrDefault()?.ToLowerInvariant();
        if (order is not null && !Newest.Contains(order) && !Oldest.Contains(order))
        {
            query.Refuse($"'order_by[]' is '{order}'; created_at desc, the default, or created_at asc is wanted.");
        }

        return order is not null && Oldest.Contains(order);
    }
}
