using System.Globalization;
using Mlops.Core.Database;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Types;

namespace Mlops.Core.Triggers;

/// <summary>Use cases of triggers. Files are the truth: what is changed is written to them and read from them.</summary>
public sealed class TriggerService
{
    private readonly ProjectCatalog _catalog;
    private readonly TriggerSync _sync;
    private readonly TriggerStore _store;
    private readonly TriggerEditor _editor;
    private readonly TriggerTypes _types;
    private readonly TimeProvider _timeProvider;

    internal TriggerService(
        ProjectCatalog catalog, TriggerSync sync, TriggerStore store, TriggerEditor editor, TriggerTypes types, TimeProvider timeProvider)
    {
        _catalog = catalog;
        _sync = sync;
        _store = store;
        _editor = editor;
        _types = types;
        _timeProvider = timeProvider;
    }

    /// <summary>The triggers of a project, or of one pipeline, by pipeline and name.</summary>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    public async Task<IReadOnlyList<Trigger>> ListAsync(string projectUuid, string? pipelineUuid, CancellationToken cancellationToken)
    {
        _ = _catalog.GetProject(projectUuid);
        _ = pipelineUuid is null ? null : _catalog.GetPipeline(projectUuid, pipelineUuid);
        await _sync.SyncAsync(cancellationToken);
        return await _store.ListAsync(projectUuid, pipelineUuid, cancellationToken);
    }

    /// <summary>The newest run of each of these triggers by the trigger's id, without block runs; those without a run are left out.</summary>
    public Task<IReadOnlyDictionary<long, PipelineRun>> ListLatestRunsAsync(string projectUuid, string? pipelineUuid, CancellationToken cancellationToken) =>
        _store.ListLatestRunsAsync(projectUuid, pipelineUuid, _timeProvider.GetUtcNow(), cancellationToken);

    /// <summary>A trigger.</summary>
    /// <exception cref="NotFoundException">There is none, or not any more.</exception>
    public async Task<Trigger> GetAsync(long id, CancellationToken cancellationToken) => (await FindAsync(id, cancellationToken)).ToTrigger();

    /// <summary>Figures of the runs of triggers, by trigger; those without runs are left out.</summary>
    public Task<IReadOnlyDictionary<long, TriggerFigures>> ListFiguresAsync(IReadOnlyList<Trigger> triggers, CancellationToken cancellationToken) =>
        _store.ListFiguresAsync([.. triggers.Select(trigger => trigger.Id)], cancellationToken);

    /// <summary>A trigger by its name.</summary>
    /// <exception cref="NotFoundException">There is no such project, pipeline or trigger.</exception>
    public async Task<Trigger> GetAsync(string projectUuid, string pipelineUuid, string name, CancellationToken cancellationToken)
    {
        var triggers = await ListAsync(projectUuid, pipelineUuid, cancellationToken);
        return triggers.FirstOrDefault(trigger => trigger.Name == name)
            ?? throw new NotFoundException("trigger", name, $"The pipeline '{pipelineUuid}' has no trigger '{name}' in its {TriggerFile.FileName}. The list of its triggers shows those that there are.");
    }

    /// <summary>Adds a trigger to the <c>triggers.yaml</c> of a pipeline.</summary>
    /// <returns>The trigger as it then is.</returns>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    /// <exception cref="InvalidRequestException">
    /// <c>invalid_trigger</c>: it could not fire as it is given; <c>conflict</c>: there is one of that name; <c>invalid_pipeline</c>: the file cannot be read,
    /// or not be changed in place.
    /// </exception>
    public async Task<Trigger> CreateAsync(string projectUuid, string pipelineUuid, string name, TriggerChange change, CancellationToken cancellationToken)
    {
        var trigger = new TriggerName(projectUuid, pipelineUuid, name);
        await _editor.AddAsync(trigger, change, cancellationToken);
        return await GetAsync(trigger, cancellationToken);
    }

    /// <summary>Changes values of a trigger.</summary>
    /// <param name="id">The trigger.</param>
    /// <param name="change">What to change.</param>
    /// <param name="version">The <see cref="Trigger.Version"/> that the change is made for; null for whatever it is.</param>
    /// <param name="cancellationToken">Gives up before the file is replaced.</param>
    /// <returns>The trigger as it then is.</returns>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="InvalidRequestException">
    /// <c>invalid_trigger</c>: it could not fire any more; <c>conflict</c>: the file says something else by now; <c>invalid_pipeline</c>: as above.
    /// </exception>
    public async Task<Trigger> UpdateAsync(long id, TriggerChange change, string? version, CancellationToken cancellationToken)
    {
        var name = TriggerName.Of(await FindAsync(id, cancellationToken));
        await _editor.ChangeAsync(name, change, version, cancellationToken);
        return await GetAsync(name, cancellationToken);
    }

    /// <summary>Switches a trigger on or off: in <c>triggers.yaml</c>, of which all else stays as it is, and so everywhere.</summary>
    /// <returns>The trigger as it then is.</returns>
    /// <exception cref="NotFoundException">There is no such project, pipeline or trigger.</exception>
    /// <exception cref="InvalidRequestException"><c>invalid_pipeline</c>: the file cannot be read, or not be changed in place.</exception>
    public async Task<Trigger> SetActiveAsync(
        string projectUuid, string pipelineUuid, string name, bool active, CancellationToken cancellationToken)
    {
        var trigger = new TriggerName(projectUuid, pipelineUuid, name);
        await _editor.SwitchAsync(trigger, active, cancellationToken);
        return await GetAsync(trigger, cancellationToken);
    }

    /// <summary>Switches a trigger by its number.</summary>
    /// <inheritdoc cref="SetActiveAsync(string, string, string, bool, CancellationToken)"/>
    public async Task<Trigger> SetActiveAsync(long id, bool active, CancellationToken cancellationToken)
    {
        var row = await FindAsync(id, cancellationToken);
        return await SetActiveAsync(row.ProjectUuid, row.PipelineUuid, row.Name, active, cancellationToken);
    }

    /// <summary>Removes a trigger from its file. Its runs stay.</summary>
    /// <inheritdoc cref="UpdateAsync"/>
    public async Task DeleteAsync(long id, string? version, CancellationToken cancellationToken)
    {
        var name = TriggerName.Of(await FindAsync(id, cancellationToken));
        await _editor.RemoveAsync(name, version, cancellationToken);
        await _sync.SyncAsync(cancellationToken);
    }

    /// <summary>Gives a trigger another token; the former one is no longer valid when this returns.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="InvalidRequestException"><c>conflict</c>: nobody calls triggers of its type.</exception>
    public async Task<Trigger> RotateTokenAsync(long id, CancellationToken cancellationToken)
    {
        var row = await FindAsync(id, cancellationToken);
        if (!_types.IsCalled(row.Cause))
        {
            throw new InvalidRequestException("conflict", [$"The trigger '{row.Name}' is of type '{row.ScheduleType}', which has no token. Only those of type api, and of type event with a webhook, are called."]);
        }

        var token = TriggerToken.Create();
        if (!await _editor.RotateAsync(TriggerName.Of(row), token, cancellationToken))
        {
            await _store.SetTokenAsync(id, token, cancellationToken);
        }

        return await GetAsync(id, cancellationToken);
    }

    /// <summary>The next instants of a trigger; none where it is not active or nothing makes it due. With landing time, runs start before them.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public async Task<IReadOnlyList<DateTimeOffset>> ListNextAsync(long id, int count, CancellationToken cancellationToken)
    {
        var trigger = await FindAsync(id, cancellationToken);
        if (Timestamps.FromMicroseconds(trigger.LandsAt ?? trigger.NextRunAt) is not { } next || _types.ReadSchedule(trigger.ScheduleType, trigger.Timing) is not { } schedule)
        {
            return [];
        }

        // Mostly the one that it waits for is the first; after downtime, for a moment, it is one that was missed.
        // Cut before they are sorted: they go on for centuries.
        return [.. schedule.Upcoming(_timeProvider.GetUtcNow() + trigger.Lead, trigger.ToTrigger().LastRunAt).Take(count).Prepend(next).Distinct().Order().Take(count)];
    }

    /// <summary>When a trigger would be due that is made active now.</summary>
    /// <param name="plan">What it would say of when it is due.</param>
    /// <param name="count">At most so many instants.</param>
    /// <exception cref="InvalidRequestException"><c>invalid_trigger</c>: interval, zone or windows cannot be read.</exception>
    public ScheduleOutlook Preview(SchedulePlan plan, int count) =>
        ScheduleInterval.TryParse(new TriggerTiming(plan.Interval, plan.TimeZone, plan.StartTime) { Windows = plan.Windows }, out var schedule) is { } problem
            ? throw new InvalidRequestException("invalid_trigger", [problem])
            : new ScheduleOutlook(
                [.. schedule!.Upcoming(_timeProvider.GetUtcNow(), plan.LastRunAt, plan.CreatesInitialRun).Take(count)], schedule.IsAlwaysOn);

    private async Task<TriggerRow> FindAsync(long id, CancellationToken cancellationToken)
    {
        await _sync.SyncAsync(cancellationToken);
        return await _store.FindAsync(id, cancellationToken) ?? throw NoSuchTrigger(id);
    }

    internal static NotFoundException NoSuchTrigger(long id)
    {
        var number = id.ToString(CultureInfo.InvariantCulture);
        return new NotFoundException(
            "trigger", number, $"There is no trigger {number}. It may have been removed from its file; the list of triggers shows those that there are.");
    }

    private Task<Trigger> GetAsync(TriggerName name, CancellationToken cancellationToken) =>
        GetAsync(name.ProjectUuid, name.PipelineUuid, name.Name, cancellationToken);
}
