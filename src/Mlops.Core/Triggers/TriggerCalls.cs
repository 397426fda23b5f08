using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Events;
using Mlops.Core.Triggers.Types;

namespace Mlops.Core.Triggers;

/// <summary>Runs of triggers that somebody outside asks for.</summary>
public sealed class TriggerCalls
{
    private const int Attempts = 100;

    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(20);

    private readonly TriggerSync _sync;
    private readonly TriggerStore _store;
    private readonly TriggerTypes _types;
    private readonly PipelineRunService _runs;
    private readonly TimeProvider _timeProvider;

    internal TriggerCalls(TriggerSync sync, TriggerStore store, TriggerTypes types, PipelineRunService runs, TimeProvider timeProvider)
    {
        _sync = sync;
        _store = store;
        _types = types;
        _runs = runs;
        _timeProvider = timeProvider;
    }

    /// <summary>Starts a run of a trigger for whoever knows its token.</summary>
    /// <param name="id">The trigger.</param>
    /// <param name="credential">What proves that the caller may.</param>
    /// <param name="variables">Variables of this run; they go before the trigger's.</param>
    /// <param name="eventVariables">What else was sent; fills in variables that nobody gives.</param>
    /// <param name="cancellationToken">Gives up before the insert.</param>
    /// <returns>The run, or why what was sent starts none.</returns>
    /// <exception cref="TriggerTokenException">There is no such trigger, or the token is another.</exception>
    /// <exception cref="InvalidRequestException">
    /// <c>conflict</c>: it is inactive, which a call does not change; it has a problem; or a run is not over (<c>skip_if_previous_running</c>).
    /// <c>invalid_pipeline</c>: the pipeline cannot run.
    /// </exception>
    public Task<TriggerAnswer> StartAsync(
        long id, TriggerCredential credential, IReadOnlyDictionary<string, JsonElement> variables, IReadOnlyDictionary<string, JsonElement> eventVariables,
        CancellationToken cancellationToken) =>
        StartAsync(
            async () => Require(await _store.FindAsync(id, cancellationToken) is { } row ? [row] : [], credential),
            row => row.Cause.Event is { } waits ? WebhookEventSource.FindMismatch(waits, eventVariables) : null,
            (row, run) => run with { Origin = _types.Find(row.ScheduleType)!.Origin, CallVariables = variables, EventVariables = eventVariables },
            cancellationToken);

    /// <summary>Starts a run of one block of a pipeline, for whoever knows the token of a trigger of it; the run is that trigger's.</summary>
    /// <param name="call">The block.</param>
    /// <param name="credential">What proves that the caller may.</param>
    /// <param name="cancellationToken">Gives up before the insert.</param>
    /// <exception cref="TriggerTokenException">There is no such pipeline, or none of its triggers has this token.</exception>
    /// <exception cref="NotFoundException">There is no such block.</exception>
    /// <exception cref="InvalidRequestException">As above; <c>needs_upstream</c>: the block takes outputs of others, which are not to be run.</exception>
    public async Task<PipelineRun> StartBlockAsync(BlockCall call, TriggerCredential credential, CancellationToken cancellationToken) => (await StartAsync(
        async () => Require(await _store.ListOfPipelineAsync(call.ProjectUuids, call.PipelineUuid, cancellationToken), credential),
        _ => null,
        (_, run) => run with { CallVariables = call.Variables, Only = call.Only },
        cancellationToken)).Run!;

    /// <summary>Starts a run of a trigger of any type for somebody who needs no token, since he may do everything.</summary>
    /// <param name="id">The trigger.</param>
    /// <param name="variables">Variables of this run; they go before the trigger's.</param>
    /// <param name="executionDate">The instant that the run stands for; null for now.</param>
    /// <param name="cancellationToken">Gives up before the insert.</param>
    /// <exception cref="NotFoundException">There is no such trigger.</exception>
    /// <exception cref="InvalidRequestException">As above.</exception>
    public async Task<PipelineRun> StartAsync(
        long id, IReadOnlyDictionary<string, JsonElement> variables, DateTimeOffset? executionDate, CancellationToken cancellationToken) =>
        (await StartAsync(
            async () => RequireReady(await _store.FindAsync(id, cancellationToken) ?? throw TriggerService.NoSuchTrigger(id)),
            _ => null,
            (_, run) => run with { CallVariables = variables, ExecutionDate = executionDate },
            cancellationToken)).Run!;

    private async Task<TriggerAnswer> StartAsync(
        Func<Task<TriggerRow>> require, Func<TriggerRow, string?> mismatch, Func<TriggerRow, TriggeredRun, TriggeredRun> complete, CancellationToken cancellationToken)
    {
        await _sync.SyncAsync(cancellationToken);
        var refusal = TriggerClaims.Busy;
        for (var attempt = 0; attempt < Attempts && refusal == TriggerClaims.Busy; attempt++)
        {
            await Task.Delay(attempt == 0 ? TimeSpan.Zero : BusyDelay, _timeProvider, cancellationToken);
            var row = await require();
            if (mismatch(row) is { } reason)
            {
                return new TriggerAnswer(null, $"No run, because {reason}");
            }

            var asked = complete(row, row.ToTrigger().Run() with { Origin = RunOrigin.Api });
            var skips = TriggerSettings.Read(row.Settings).SkipIfPreviousRunning;
            if (await _runs.StartTriggeredAsync(asked, session => Admit(session, row, skips, out refusal), cancellationToken) is { } run)
            {
                return new TriggerAnswer(run, null);
            }
        }

        throw Conflict(refusal!);
    }

    private static RunAdmission Admit(WriteSession session, TriggerRow row, bool skips, out string? refusal)
    {
        refusal = TriggerClaims.FindRefusal(session, row, skips);
        return refusal is null ? RunAdmission.Taken : RunAdmission.Refused;
    }

    /// <summary>The trigger whose token it is. All are compared with, and where there are none nobody's, so that the answer takes as long.</summary>
    private TriggerRow Require(IReadOnlyList<TriggerRow> rows, TriggerCredential credential)
    {
        _ = rows.Count > 0 || credential.Fits(null);
        var fitting = rows.Where(row => credential.Fits(row.Token)).ToList();
        return fitting.Find(row => _types.IsCalled(row.Cause)) is { } trigger ? RequireReady(trigger) : throw new TriggerTokenException();
    }

    private static TriggerRow RequireReady(TriggerRow row) => row switch
    {
        { Active: 0 } => throw Conflict($"The trigger '{row.Name}' is inactive, and a call does not change that. Make it active to start runs by it."),
        { Problem: { } problem } => throw Conflict($"The trigger '{row.Name}' starts no runs: {problem}"),
        _ => row,
    };

    private static InvalidRequestException Conflict(string reason) => new("conflict", [reason]);
}

/// <summary>What became of a call of a trigger.</summary>
/// <param name="Run">The run that it started; null for none.</param>
/// <param name="NoRunBecause">Why it started none, in words; null where it did.</param>
public sealed record TriggerAnswer(PipelineRun? Run, string? NoRunBecause);
