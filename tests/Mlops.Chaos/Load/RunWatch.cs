using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;

namespace Mlops.Chaos.Load;

/// <summary>How a block run was seen.</summary>
internal readonly record struct SeenBlock(string Status, int Attempt);

/// <summary>Looks at the runs as users do, over REST, and remembers what it saw as final: that must never change.</summary>
internal sealed class RunWatch(Uri address, Violations violations) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly HashSet<string> FinalWords = ["completed", "failed", "cancelled", "upstream_failed", "condition_failed"];

    private readonly HttpClient _client = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
    private readonly ConcurrentDictionary<long, string> _runs = [];
    private readonly ConcurrentDictionary<(long RunId, string Block), SeenBlock> _blocks = [];

    /// <summary>Final statuses that were seen, by run.</summary>
    public IReadOnlyDictionary<long, string> Runs => _runs;

    /// <summary>Final statuses of blocks that were seen.</summary>
    public IReadOnlyDictionary<(long RunId, string Block), SeenBlock> Blocks => _blocks;

    /// <summary>Looks that were answered.</summary>
    public int Looks { get; private set; }

    public static bool IsFinalWord(string status) => FinalWords.Contains(status);

    public bool IsFinal(long runId) => _runs.ContainsKey(runId);

    /// <summary>Looks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(cancellationToken);
                await Task.Delay(Interval, TimeProvider.System, cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException or OperationCanceledException)
            {
                // The server is away, or in the midst of its answer; or it is over.
                await Task.Delay(Interval, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync("/api/pipeline_runs?limit=100", cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return;
        }

        var page = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        Looks++;
        foreach (var run in page.GetProperty("pipeline_runs").EnumerateArray())
        {
            See(run);
        }
    }

    private void See(JsonElement run)
    {
        var id = run.GetProperty("id").GetInt64();
        var status = run.GetProperty("status").GetString()!;
        var final = IsFinalWord(status) ? $"{status} at {run.GetProperty("completed_at").GetString()}" : null;
        if (_runs.TryGetValue(id, out var seen) && seen != final)
        {
            violations.Add(ViolationKind.Overwritten, $"Run {id} was {seen} and is {final ?? status} now.", id);
        }
        else if (final is not null)
        {
            _runs.TryAdd(id, final);
        }

        foreach (var block in run.GetProperty("block_runs").EnumerateArray())
        {
            SeeBlock(id, block);
        }
    }

    private void SeeBlock(long runId, JsonElement block)
    {
        var now = new SeenBlock(block.GetProperty("status").GetString()!, block.GetProperty("attempt").GetInt32());
        var key = (runId, block.GetProperty("block_uuid").GetString()!);
        if (_blocks.TryGetValue(key, out var seen) && seen != now)
        {
            violations.Add(ViolationKind.Overwritten, $"Block {key.Item2} of run {runId} was {seen} and is {now} now.", runId);
        }
        else if (IsFinalWord(now.Status))
        {
            _blocks.TryAdd(key, now);
        }
    }
}
