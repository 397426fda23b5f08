namespace Mlops.Server.Components.Pages.Pipelines;

/// <summary>An order of the list of pipelines, as the address has it: <c>name</c>, or <c>-name</c> for the other way round.</summary>
/// <param name="Column">What decides; pipelines that are equal in it, or have none, follow by name.</param>
/// <param name="IsDescending">Greatest, latest, most first.</param>
public sealed record PipelineOrder(PipelineColumn Column, bool IsDescending)
{
    private static readonly Dictionary<string, PipelineColumn> Columns = new(StringComparer.Ordinal)
    {
        ["active"] = PipelineColumn.Active,
        ["name"] = PipelineColumn.Name,
        ["last_run"] = PipelineColumn.LastRun,
        ["next_trigger"] = PipelineColumn.NextTrigger,
        ["blocks"] = PipelineColumn.Blocks,
    };

    /// <summary>The order where none is chosen.</summary>
    public static PipelineOrder Usual { get; } = new(PipelineColumn.Name, IsDescending: false);

    /// <summary>Its word in the address.</summary>
    public string Word => (IsDescending ? "-" : "") + Columns.First(column => column.Value == Column).Key;

    /// <summary>The order of a word of the address; the usual one for any that is not known.</summary>
    public static PipelineOrder Parse(string? word) =>
        word is not null && Columns.TryGetValue(word.TrimStart('-'), out var column) ? new(column, word.StartsWith('-')) : Usual;

    /// <summary>The order that a press on the head of a column asks for: the other way round where it decides already, else what people look for first.</summary>
    public PipelineOrder By(PipelineColumn column) => column == Column
        ? this with { IsDescending = !IsDescending }
        : new(column, IsDescending: column is PipelineColumn.LastRun or PipelineColumn.Blocks or PipelineColumn.Active);

    /// <summary>Puts rows into this order. What is missing comes last either way.</summary>
    public IReadOnlyList<PipelineRow> Sort(IEnumerable<PipelineRow> rows) => Column switch
    {
        PipelineColumn.Active => Sort(rows, row => (long?)row.Triggers.Count(trigger => trigger.IsActive)),
        PipelineColumn.LastRun => Sort(rows, row => row.LastRun?.CreatedAt.UtcTicks),
        PipelineColumn.NextTrigger => Sort(rows, row => row.NextTrigger?.NextRunAt?.UtcTicks),
        PipelineColumn.Blocks => Sort(rows, row => (long?)row.Pipeline.Blocks.Count),
        _ when IsDescending => [.. rows.OrderByDescending(Name, StringComparer.OrdinalIgnoreCase).ThenByDescending(Uuid, StringComparer.Ordinal)],
        _ => [.. rows.OrderBy(Name, StringComparer.OrdinalIgnoreCase).ThenBy(Uuid, StringComparer.Ordinal)],
    };

    private IReadOnlyList<PipelineRow> Sort(IEnumerable<PipelineRow> rows, Func<PipelineRow, long?> key)
    {
        var present = rows.OrderBy(row => key(row) is null);
        var sorted = IsDescending ? present.ThenByDescending(key) : present.ThenBy(key);
        return [.. sorted.ThenBy(Name, StringComparer.OrdinalIgnoreCase).ThenBy(Uuid, StringComparer.Ordinal)];
    }

    private static string Name(PipelineRow row) => row.Pipeline.Name;

    private static string Uuid(PipelineRow row) => row.Pipeline.Uuid;
}

/// <summary>A column of the list that it can be ordered by.</summary>
public enum PipelineColumn
{
    /// <summary>How many triggers are active.</summary>
    Active,

    /// <summary>The name, without regard to case.</summary>
    Name,

    /// <summary>When it was run last.</summary>
    LastRun,

    /// <summary>When it runs next by itself.</summary>
    NextTrigger,

    /// <summary>How many blocks it has.</summary>
    Blocks,
}
