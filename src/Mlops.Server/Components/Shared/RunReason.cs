using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared;

/// <summary>Why a run is as it is, in a line: what it waits for, what failed, what was special about it.</summary>
internal static class RunReason
{
    /// <summary>Null where there is nothing to say.</summary>
    /// <param name="run">The run with its block runs.</param>
    /// <param name="usual">The pipeline's own variables; what differs from them is told. Null tells none.</param>
    public static string? Of(PipelineRun run, IReadOnlyDictionary<string, JsonElement>? usual = null) => run.Status switch
    {
        RunStatus.Initial => run.WaitingFor,
        RunStatus.Failed => Failure(run),
        RunStatus.Running when run.CancelRequestedAt is not null => "Cancelling: running blocks are asked to stop",
        RunStatus.Running when run.WaitingFor is { } waiting => waiting,
        RunStatus.Cancelled when run.Error is { } error => error,
        _ => usual is null ? null : Special(run, usual),
    };

    /// <summary>What a run came from: <c>Run @once</c>, <c>API</c>, <c>Schedule</c>, <c>Command line</c>, <c>Event</c>, <c>Block of a run</c> or <c>Backfill</c>.</summary>
    public static string Origin(RunOrigin origin) => origin switch
    {
        RunOrigin.Once => "Run @once",
        RunOrigin.Api => "API",
        RunOrigin.Time => "Schedule",
        RunOrigin.Cli => "Command line",
        RunOrigin.Event => "Event",
        RunOrigin.Pipeline => "Block of a run",
        RunOrigin.Backfill => "Backfill",
        RunOrigin.Product => "Global data product",
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "is not an origin"),
    };

    private static string? Failure(PipelineRun run) =>
        run.BlockRuns.FirstOrDefault(block => block.Status == BlockRunStatus.Failed) is { } failed
            ? $"{failed.Name}: {FirstLine(failed.Error?.Message) ?? "failed"}"
            : run.Error;

    private static string? Special(PipelineRun run, IReadOnlyDictionary<string, JsonElement> usual)
    {
        var special = run.Variables
            .Where(variable => !usual.TryGetValue(variable.Key, out var value) || value.GetRawText() != variable.Value.GetRawText())
            .Select(variable => $"{variable.Key} = {Text(variable.Value)}");
        return string.Join(", ", special) is { Length: > 0 } text ? text : null;
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();

    private static string? FirstLine(string? text) => text?.Split('\n', 2)[0].TrimEnd('\r');
}
