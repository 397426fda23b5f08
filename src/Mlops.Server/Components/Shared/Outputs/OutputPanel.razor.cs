using Microsoft.AspNetCore.Components;
using Mlops.Core.Runs;
using Mlops.Server.Components.Shared.Graph;

namespace Mlops.Server.Components.Shared.Outputs;

/// <summary>The outputs of a run, one at a time.</summary>
public sealed partial class OutputPanel
{
    [Parameter, EditorRequired]
    public required PipelineRun Run { get; set; }

    /// <summary>The chosen block; null takes the first that has an output.</summary>
    [Parameter, EditorRequired]
    public required string? BlockUuid { get; set; }

    /// <summary>The chosen output of it; null takes its first.</summary>
    [Parameter, EditorRequired]
    public required string? OutputName { get; set; }

    /// <summary>Row to begin with, from 1.</summary>
    [Parameter]
    public long? Row { get; set; }

    /// <summary>A person chose another output.</summary>
    [Parameter]
    public EventCallback<(string BlockUuid, string OutputName)> OnChosen { get; set; }

    /// <summary>A person moved to another row.</summary>
    [Parameter]
    public EventCallback<long> OnMoved { get; set; }

    private IReadOnlyList<(BlockRun Block, BlockOutput Output)> Choices =>
        [.. Run.BlockRuns.Where(block => block.FanOf is null || block.BlockUuid == BlockUuid).SelectMany(block => block.Outputs.Select(output => (block, output)))];

    private BlockRun? Block => BlockUuid is null
        ? Run.BlockRuns.FirstOrDefault(block => block.Outputs.Count > 0)
        : Run.BlockRuns.FirstOrDefault(block => block.BlockUuid == BlockUuid);

    private BlockOutput? Output => Block?.Outputs.FirstOrDefault(output => OutputName is null || output.Name == OutputName);

    private string Chosen => Output is { } output ? Key(Block!, output) : "";

    private string WhyNone => Block switch
    {
        null when BlockUuid is not null => $"This run has no block {BlockUuid}",
        null when Run.Status.IsFinal() => "No block of this run has an output",
        null => "Outputs are shown here as soon as a block completes",
        { IsGroup: true } block => $"{block.Name} is run once for each item: choose one of its block runs to see what it made",
        { Status: BlockRunStatus.Completed, Outputs.Count: 0 } block => $"{block.Name} returned nothing",
        { Status: BlockRunStatus.Running } block => $"{block.Name} is running: its output is shown when it completes",
        { WaitsForApproval: true } block => $"{block.Name} waits for somebody to approve it",
        { Status: BlockRunStatus.Initial } block => BlockRunNote.WaitsFor(block, Run.BlockRuns) is { } waits ? $"{block.Name} waits {waits}" : $"{block.Name} is ready to run",
        { Status: BlockRunStatus.UpstreamFailed } block => $"{block.Name} did not run: a block upstream failed",
        { Status: BlockRunStatus.ConditionFailed } block => $"{block.Name} did not run: {char.ToLowerInvariant(BlockRunNote.LeftOut(block)[0])}{BlockRunNote.LeftOut(block)[1..]}",
        { Status: BlockRunStatus.Cancelled } block => $"{block.Name} was stopped before it had an output",
        { Status: BlockRunStatus.Failed } block => $"{block.Name} failed and left no output",
        { } block => $"{block.Name} has no output {OutputName}",
    };

    private Task ChooseAsync(ChangeEventArgs change)
    {
        var (block, output) = Choices.FirstOrDefault(choice => Key(choice.Block, choice.Output) == change.Value?.ToString());
        return output is null ? Task.CompletedTask : OnChosen.InvokeAsync((block.BlockUuid, output.Name));
    }

    private string Url(BlockOutput output) => FormattableString.Invariant(
        $"/api/pipeline_runs/{Run.Id}/blocks/{Uri.EscapeDataString(Block!.BlockUuid)}/outputs/{Uri.EscapeDataString(output.Name)}");

    private string FileName(BlockOutput output, string? format) =>
        $"{Block!.BlockUuid.Replace('/', '_')}_{output.Name}{(format is null ? Path.GetExtension(output.Path) : $".{format}")}";

    private static string Key(BlockRun block, BlockOutput output) => $"{block.BlockUuid} {output.Name}";

    private static string KindWord(OutputKind kind) => kind switch
    {
        OutputKind.Table => "Parquet",
        OutputKind.Json => "JSON",
        OutputKind.Model => "model",
        _ => "file",
    };

    /// <summary>Words of the buttons with the value of <c>?format=</c>; null takes the file as it is.</summary>
    private static IReadOnlyList<(string Word, string? Format)> Downloads(OutputKind kind) => kind switch
    {
        OutputKind.Table => [("CSV", "csv"), ("Parquet", "parquet")],
        OutputKind.Json => [("JSON", "json")],
        OutputKind.Model => [("Model", "zip")],
        _ => [("File", null)],
    };
}
