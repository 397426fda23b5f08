using Mlops.Core.Pipelines;
using Mlops.Core.Triggers;

namespace Mlops.Server.Api.Mage;

/// <summary>Pipelines as Mage's clients read them.</summary>
internal sealed class MagePipelines(MagePipelineFinder pipelines, TriggerService triggers, MageSchedules schedules)
{
    private static readonly string[] States = ["active", "inactive", "no_schedules"];

    /// <summary>The page of pipelines that a query asks for.</summary>
    public async Task<MagePipelineList> ListAsync(MageQuery query, CancellationToken cancellationToken)
    {
        var (tags, types, search) = (query.ValuesOrNull("tag"), query.ValuesOrNull("type"), query.Text("search"));
        var states = query.Words("status", word => Array.IndexOf(States, word) is var state and >= 0 ? state : (int?)null, States);
        var page = query.Page(int.MaxValue, int.MaxValue);
        query.ThrowIfAny();
        var withSchedules = query.IsSet("include_schedules");
        var triggered = (withSchedules || states is not null ? await schedules.ListAsync(query.Project, cancellationToken) : [])
            .ToLookup(trigger => (trigger.ProjectUuid, trigger.PipelineUuid));
        var wanted = pipelines.List(query.Project).Where(pipeline => types?.Contains(pipeline.Type) != false
            && (tags is null || pipeline.Tags.Any(tags.Contains)) && (search is null || Contains(pipeline, search))
            && states?.Contains(State(triggered[(pipeline.ProjectUuid, pipeline.Uuid)])) != false).ToList();
        var shown = page.Of(wanted);
        var shownTriggers = withSchedules ? shown.SelectMany(pipeline => triggered[(pipeline.ProjectUuid, pipeline.Uuid)]).ToList() : [];
        var byPipeline = (await schedules.ShowAsync(shownTriggers, cancellationToken)).ToLookup(schedule => (schedule.RepoPath, schedule.PipelineUuid));
        return new MagePipelineList(
            [.. shown.Select(pipeline => MagePipeline.From(pipeline, query.IsSet("includes_content")) with
            {
                Schedules = withSchedules ? [.. byPipeline[(pipeline.ProjectUuid, pipeline.Uuid)]] : null,
            })],
            page.Describe(wanted.Count));
    }

    /// <summary>One pipeline, with what a query asks for beside it.</summary>
    public async Task<MagePipeline> ShowAsync(Pipeline pipeline, MageQuery query, CancellationToken cancellationToken)
    {
        var shown = MagePipeline.From(pipeline, query.IsSet("includes_content"));
        return query.IsSet("include_schedules")
            ? shown with { Schedules = await schedules.ShowAsync(await triggers.ListAsync(pipeline.ProjectUuid, pipeline.Uuid, cancellationToken), cancellationToken) }
            : shown;
    }

    private static bool Contains(Pipeline pipeline, string text) => new[] { pipeline.Uuid, pipeline.Name, pipeline.Description }
        .Any(value => value?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);

    private static int State(IEnumerable<Trigger> some)
    {
        var all = some.ToList();
        return Array.IndexOf(States, all.Count == 0 ? "no_schedules" : all.Exists(trigger => trigger.IsActive) ? "active" : "inactive");
    }
}
