using Mlops.Core.Triggers;

namespace Mlops.Server.Api.Mage;

/// <summary>Triggers as Mage's clients read and change them.</summary>
internal sealed class MageSchedules(TriggerService triggers, MagePipelineFinder pipelines)
{
    /// <summary>The triggers of one project or of all, by project, pipeline and name.</summary>
    public async Task<IReadOnlyList<Trigger>> ListAsync(string? project, CancellationToken cancellationToken)
    {
        var all = new List<Trigger>();
        foreach (var each in pipelines.Projects(project))
        {
            all.AddRange(await triggers.ListAsync(each.Uuid, null, cancellationToken));
        }

        return all;
    }

    /// <summary>The triggers of a pipeline, by name.</summary>
    public Task<IReadOnlyList<Trigger>> ListOfPipelineAsync(string pipeline, string? project, CancellationToken cancellationToken)
    {
        var found = pipelines.Get(pipeline, project);
        return triggers.ListAsync(found.ProjectUuid, found.Uuid, cancellationToken);
    }

    /// <summary>Adds a trigger to a pipeline.</summary>
    public Task<Trigger> CreateAsync(string pipeline, string? project, MageScheduleRequest request, CancellationToken cancellationToken)
    {
        var found = pipelines.Get(pipeline, project);
        return triggers.CreateAsync(found.ProjectUuid, found.Uuid, request.Name ?? "", request.ToChange(), cancellationToken);
    }

    /// <summary>A page of triggers, those that a query asks for.</summary>
    public async Task<MageScheduleList> PageAsync(IReadOnlyList<Trigger> all, MageQuery query, CancellationToken cancellationToken)
    {
        var (uuids, tags, types) = (query.ValuesOrNull("pipeline_uuid"), query.ValuesOrNull("tag"), query.ValuesOrNull("schedule_type"));
        var active = query.Words("status", word => word switch { "active" => true, "inactive" => false, _ => (bool?)null }, ["active", "inactive"]);
        var page = query.Page(int.MaxValue, int.MaxValue);
        query.ThrowIfAny();
        var wanted = all.Where(trigger => uuids?.Contains(trigger.PipelineUuid) != false && types?.Contains(trigger.ScheduleType) != false
            && active?.Contains(trigger.IsActive) != false && (tags is null || trigger.Tags.Any(tags.Contains))).ToList();
        return new MageScheduleList(await ShowAsync(page.Of(wanted), cancellationToken), page.Describe(wanted.Count));
    }

    /// <summary>Triggers without their tokens, as in all lists.</summary>
    public async Task<IReadOnlyList<MageSchedule>> ShowAsync(IReadOnlyList<Trigger> some, CancellationToken cancellationToken)
    {
        var figures = some.Count == 0 ? new Dictionary<long, TriggerFigures>() : await triggers.ListFiguresAsync(some, cancellationToken);
        return [.. some.Select(trigger => MageSchedule.From(trigger, figures.GetValueOrDefault(trigger.Id, TriggerFigures.None)))];
    }

    /// <summary>A trigger with its token.</summary>
    public async Task<MageScheduleEnvelope> ShowAsync(Trigger trigger, CancellationToken cancellationToken) =>
        new((await ShowAsync([trigger], cancellationToken))[0] with { Token = trigger.Token });

    /// <summary>Changes what a request wants otherwise.</summary>
    /// <returns>The trigger as it then is.</returns>
    public async Task<Trigger> ChangeAsync(long id, MageScheduleRequest request, CancellationToken cancellationToken)
    {
        var trigger = await triggers.GetAsync(id, cancellationToken);
        if (request.ToChange(trigger) is { } change)
        {
            trigger = await triggers.UpdateAsync(id, change, null, cancellationToken);
        }

        return request.RotateToken == true ? await triggers.RotateTokenAsync(id, cancellationToken) : trigger;
    }
}
