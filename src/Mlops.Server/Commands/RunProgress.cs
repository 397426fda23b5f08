using System.Globalization;
using System.Threading.Channels;
using Mlops.Core.Runs;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary>
/// Prints a line whenever a block of a run starts or ends, and shows on a terminal how many are over and which run. Events only wake it: it reads the run
/// and prints what is new.
/// </summary>
internal sealed class RunProgress : IAsyncDisposable
{
    /// <summary>Running blocks that are named beside the bar.</summary>
    private const int NamedBlocks = 3;

    private static readonly int StatusWidth = Enum.GetValues<BlockRunStatus>().Max(status => status.ToWord().Length);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, BlockRunStatus> _printed = [];
    private readonly HashSet<string> _asked = [];
    private readonly PipelineRunService _runs;
    private readonly IAnsiConsole _console;
    private readonly long _runId;
    private readonly IDisposable _subscription;
    private readonly Task _printing;

    private RunProgress(PipelineRun run, PipelineRunService runs, RunEvents events, IAnsiConsole console)
    {
        (_runs, _console, _runId) = (runs, console, run.Id);
        _subscription = events.Subscribe(change =>
        {
            if (change.PipelineRunId == _runId && change.Kind == RunChangeKind.Status)
            {
                _wake.Writer.TryWrite(true);
            }
        });
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Run {run.Id} of {run.ProjectUuid}/{run.PipelineUuid}: {run.BlockRuns.Count} blocks");
        _printing = TerminalBar.RunAsync(console, bar => PrintAsync(run, bar));
    }

    /// <summary>Starts printing; disposing prints what is left and ends.</summary>
    public static RunProgress Follow(PipelineRun run, PipelineRunService runs, RunEvents events, IAnsiConsole console) => new(run, runs, events, console);

    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        _wake.Writer.TryWrite(true);
        _wake.Writer.Complete();
        await _printing;
    }

    private async Task PrintAsync(PipelineRun begun, TerminalBar bar)
    {
        Show(begun, bar);
        await foreach (var _ in _wake.Reader.ReadAllAsync())
        {
            var run = await _runs.GetAsync(_runId, CancellationToken.None);
            foreach (var block in run.BlockRuns.Where(block => block.WaitsForApproval && _asked.Add(block.BlockUuid)))
            {
                _console.MarkupLineInterpolated($"  {"waiting".PadRight(StatusWidth)} {block.BlockUuid} for approval: see mlops approvals list");
            }

            foreach (var block in run.BlockRuns.Where(IsNews))
            {
                _printed[block.BlockUuid] = block.Status;
                var gap = new string(' ', StatusWidth - block.Status.ToWord().Length);
                _console.MarkupLine($"  {Terminal.Markup(block.Status)}{gap} {Markup.Escape(block.BlockUuid)}{Markup.Escape(Details(block))}");
            }

            Show(run, bar);
        }
    }

    private static void Show(PipelineRun run, TerminalBar bar)
    {
        var running = run.BlockRuns.Where(block => block is { Status: BlockRunStatus.Running, IsGroup: false }).Select(block => block.BlockUuid).ToList();
        var names = string.Join(", ", running.Take(NamedBlocks)) + (running.Count > NamedBlocks ? ", ..." : "");
        var over = run.BlockRuns.Count(block => block.Status.IsFinal());
        bar.Show(over, run.BlockRuns.Count, string.Create(CultureInfo.InvariantCulture, $"{over:N0} of {run.BlockRuns.Count:N0} blocks {names}"));
    }

    private bool IsNews(BlockRun block) => block.Status != BlockRunStatus.Initial && _printed.GetValueOrDefault(block.BlockUuid) != block.Status;

    private static string Details(BlockRun block) => block switch
    {
        { Status: BlockRunStatus.Running } => "",
        { Error: { } error } => $": {error.Message.Split('\n')[0].Trim()}",
        { StartedAt: { } start, CompletedAt: { } end } => string.Create(CultureInfo.InvariantCulture, $" in {(end - start).TotalSeconds:0.000} s"),
        _ => "",
    };
}
