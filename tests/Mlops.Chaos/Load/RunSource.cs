using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Mlops.Chaos.Graphs;

namespace Mlops.Chaos.Load;

/// <summary>
/// Pours runs in over REST. A request is repeated only where it surely was not accepted: nobody listened. Where there was no answer, or one that says that
/// the database gave none, there may be a run or not.
/// </summary>
internal sealed class RunSource(Uri address, RunWatch watch, Violations violations) : IDisposable
{
    private static readonly TimeSpan RepeatDelay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _client = new() { BaseAddress = address, Timeout = AnswerPatience };
    private readonly ConcurrentDictionary<long, PlannedRun> _accepted = [];
    private readonly ConcurrentDictionary<long, byte> _cancelled = [];
    private int _ambiguous;

    /// <summary>Runs that were accepted, by id.</summary>
    public IReadOnlyDictionary<long, PlannedRun> Accepted => _accepted;

    /// <summary>Runs whose cancel was asked for; whether it was heard is not always known.</summary>
    public IReadOnlyCollection<long> Cancelled => [.. _cancelled.Keys];

    /// <summary>Requests of which nobody knows what became.</summary>
    public int AmbiguousCount => _ambiguous;

    /// <summary>Pours in what is planned, each at its time or later, as long as not too many are open; ends when the time is over.</summary>
    public async Task RunAsync(IReadOnlyList<PlannedRun> plan, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        var requests = new List<Task>();
        try
        {
            foreach (var run in plan)
            {
                while (TimeProvider.System.GetElapsedTime(start) < run.At || IsFull(requests))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
                }

                requests.Add(StartAsync(run, cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over before the plan, since the machine was behind.
        }

        await Task.WhenAll(requests);
    }

    public void Dispose() => _client.Dispose();

    private bool IsFull(List<Task> requests)
    {
        requests.RemoveAll(request => request.IsCompletedSuccessfully);
        return requests.Count + _accepted.Keys.Count(id => !watch.IsFinal(id)) >= ChaosOptions.OpenRunLimit;
    }

    private async Task StartAsync(PlannedRun run, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await TryStartAsync(run) is { } isOver && isOver)
            {
                return;
            }

            await Task.Delay(RepeatDelay, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Asks once; null and false where nobody listened.</summary>
    private async Task<bool?> TryStartAsync(PlannedRun run)
    {
        try
        {
            // Never cancelled: an answer that nobody waits for would be one more of which nothing is known.
            using var response = await _client.PostAsJsonAsync(
                $"/api/projects/{ChaosProject.Uuid}/pipelines/{run.Graph.Name}/runs", new { }, CancellationToken.None);
            if (response.StatusCode != HttpStatusCode.Created)
            {
                await NoteRefusalAsync(response);
                return true;
            }

            var body = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None);
            await AcceptAsync(body.GetProperty("id").GetInt64(), run);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return false;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            Interlocked.Increment(ref _ambiguous);
        }

        return true;
    }

    private async Task NoteRefusalAsync(HttpResponseMessage response)
    {
        Interlocked.Increment(ref _ambiguous);
        if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
        {
            violations.Add(
                ViolationKind.Wrong, $"A run was refused: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(CancellationToken.None)}");
        }
    }

    private async Task AcceptAsync(long id, PlannedRun run)
    {
        if (!_accepted.TryAdd(id, run))
        {
            violations.Add(ViolationKind.Double, $"Run {id} was the answer to two requests.", id);
        }

        if (run.CancelAfter is not { } delay)
        {
            return;
        }

        await Task.Delay(delay, TimeProvider.System, CancellationToken.None);
        _cancelled.TryAdd(id, 0);
        try
        {
            using var response = await _client.PostAsync(
                string.Create(CultureInfo.InvariantCulture, $"/api/pipeline_runs/{id}/cancel"), null, CancellationToken.None);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            // The run is cancelled or not: it is judged by neither.
        }
    }
}
