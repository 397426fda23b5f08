using System.Globalization;
using Mlops.Chaos.Faults;
using Mlops.Chaos.Machine;

namespace Mlops.Chaos.Checks;

/// <summary>How long a run that a process held when it was killed stood still.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Time">From the kill, or from PostgreSQL's answering again, until a block that was running then was stored as something else.</param>
internal sealed record Recovered(FaultKind Kind, TimeSpan Time);

/// <summary>Measures how soon runs go on after a kill, by looking at the database ten times a second.</summary>
internal sealed class Recovery(TrialDatabase database)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<Affected> _waiting = [];
    private readonly List<Recovered> _recovered = [];
    private readonly List<Request> _requests = [];

    /// <summary>Those that went on.</summary>
    public IReadOnlyList<Recovered> Measured
    {
        get
        {
            lock (_gate)
            {
                return [.. _recovered];
            }
        }
    }

    /// <summary>The attempts that the database has as running; none where it is away.</summary>
    public async Task<IReadOnlyList<Attempt>> ListRunningAsync() =>
        [.. (await database.TryQueryAsync<RunningRow>(Running) ?? []).Select(row => row.ToAttempt())];

    /// <summary>A process was just killed that ran attempts of blocks.</summary>
    public void Begin(FaultKind kind, IReadOnlyList<Attempt> attempts)
    {
        lock (_gate)
        {
            Add(kind, TimeProvider.System.GetTimestamp(), attempts);
        }
    }

    /// <summary>A server or worker was just killed.</summary>
    public void BeginOwnedBy(FaultKind kind, int processId) => Ask(
        kind, string.Create(CultureInfo.InvariantCulture, $"and pipeline_run.lease_owner like '%|{processId}|%'"));

    /// <summary>PostgreSQL just answers again.</summary>
    public void BeginAll(FaultKind kind) => Ask(kind, "");

    /// <summary>Looks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        while (!cancellationToken.IsCancellationRequested)
        {
            await FindAffectedAsync();
            await LookAsync();
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Ask(FaultKind kind, string condition)
    {
        lock (_gate)
        {
            _requests.Add(new Request(kind, TimeProvider.System.GetTimestamp(), condition));
        }
    }

    /// <summary>The runs that a dead process held stay as they are until somebody takes them, so it suffices to ask for them soon.</summary>
    private async Task FindAffectedAsync()
    {
        List<Request> requests;
        lock (_gate)
        {
            requests = [.. _requests];
        }

        foreach (var request in requests)
        {
            var rows = await database.TryQueryAsync<RunningRow>($"{Running} {request.Condition}");
            lock (_gate)
            {
                if (rows is not null)
                {
                    _requests.Remove(request);
                    Add(request.Kind, request.Since, [.. rows.Select(row => row.ToAttempt())]);
                }
            }
        }
    }

    private async Task LookAsync()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return;
            }
        }

        if (await database.TryQueryAsync<RunningRow>(Running) is not { } rows)
        {
            return;
        }

        var running = rows.Select(row => row.ToAttempt()).ToHashSet();
        lock (_gate)
        {
            foreach (var affected in _waiting.Where(affected => !affected.Attempts.All(running.Contains)).ToList())
            {
                _waiting.Remove(affected);
                _recovered.Add(new Recovered(affected.Kind, TimeProvider.System.GetElapsedTime(affected.Since)));
            }
        }
    }

    private void Add(FaultKind kind, long since, IReadOnlyList<Attempt> attempts) =>
        _waiting.AddRange(attempts.GroupBy(attempt => attempt.RunId).Select(run => new Affected(kind, since, [.. run])));

    private const string Running =
        """
        select block_run.pipeline_run_id as RunId, block_run.block_uuid as Block, block_run.attempt as Number
        from block_run join pipeline_run on pipeline_run.id = block_run.pipeline_run_id
        where block_run.status = 'running' and pipeline_run.status = 'running'
        """;

    private sealed record Request(FaultKind Kind, long Since, string Condition);

    private sealed record Affected(FaultKind Kind, long Since, IReadOnlyList<Attempt> Attempts);

    private sealed class RunningRow
    {
        public long RunId { get; init; }
        public string Block { get; init; } = "";
        public long Number { get; init; }

        public Attempt ToAttempt() => new(RunId, Block, (int)Number);
    }
}
