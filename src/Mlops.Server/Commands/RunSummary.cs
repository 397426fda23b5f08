using System.Globalization;
using Mlops.Core.Runs;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary>The table at the end of a run: every block with status, time and rows, then what failed and where.</summary>
internal static class RunSummary
{
    public static void Write(PipelineRun run, IAnsiConsole console)
    {
        var table = new Table { Border = console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii }
            .AddColumns(new TableColumn("Block"), new TableColumn("Status"), new TableColumn("Seconds").RightAligned(), new TableColumn("Rows").RightAligned());
        foreach (var block in run.BlockRuns)
        {
            table.AddRow(Markup.Escape(block.BlockUuid), Terminal.Markup(block.Status), Seconds(block.StartedAt, block.CompletedAt), Rows(block));
        }

        console.Write(table);
        foreach (var block in run.BlockRuns.Where(block => block.Error is not null))
        {
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[red]{block.BlockUuid}[/]: {Place(block.Error!)}{block.Error!.Message}");
        }

        if (run.Error is { } error)
        {
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[red]{error}[/]");
        }

        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"Run {run.Id} {Terminal.Markup(run.Status)} in {Seconds(run.StartedAt, run.CompletedAt)} s"));
    }

    private static string Seconds(DateTimeOffset? start, DateTimeOffset? end) =>
        start is { } from && end is { } to ? (to - from).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) : "-";

    private static string Rows(BlockRun block)
    {
        var counts = block.Outputs.Where(output => output.RowCount is not null).Select(output => output.RowCount!.Value.ToString("N0", CultureInfo.InvariantCulture)).ToList();
        return counts.Count == 0 ? "-" : string.Join(", ", counts);
    }

    // data_loaders/load_titanic.cs(12,5): 
    private static string Place(BlockError error) => error switch
    {
        { File: { } file, Line: { } line, Column: { } column } => $"{file}({line},{column}): ",
        { File: { } file, Line: { } line } => $"{file}({line}): ",
        { File: { } file } => $"{file}: ",
        _ => "",
    };
}
