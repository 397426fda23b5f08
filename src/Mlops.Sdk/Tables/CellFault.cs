namespace Mlops.Sdk.Tables;

/// <summary>
/// One cell cannot be converted. Thrown deep in a column with the index inside the run being converted; every level on the way out turns it
/// into the index of its own run, and the table's level into a <see cref="TableBindingException"/> with names and the row.
/// </summary>
internal sealed class CellFault(int index, string problem, string cure, string path = "") : Exception(problem)
{
    /// <summary>Index inside the run, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>Such as <c>is null</c> or <c>holds 300</c>.</summary>
    public string Problem { get; } = problem;

    /// <summary>What follows the member's name, such as <c>does not accept null; make it nullable</c>.</summary>
    public string Cure { get; } = cure;

    /// <summary>Where inside of the column's cell, such as <c>.Street</c> or <c>[]</c>; empty for the cell itself.</summary>
    public string Path { get; } = path;

    public static CellFault Null(int index) => new(index, "is null", "does not accept null; make it nullable");

    public static CellFault DoesNotFit(int index, object? value) =>
        new(index, $"holds {FormattableString.Invariant($"{value}")}", "cannot hold without loss") { IsStoredValue = true };

    /// <summary>Whether the problem shows a stored number, which need not be what people call the value (a timestamp is a count of microseconds).</summary>
    private bool IsStoredValue { get; init; }

    /// <summary>The same fault with the cell's text in the place of its stored number.</summary>
    public CellFault WithText(string? text) => IsStoredValue && Path.Length == 0 ? new CellFault(Index, $"holds {text}", Cure) : this;

    /// <summary>The same fault seen from a level further out.</summary>
    public CellFault At(int index, string pathPrefix = "") => new(index, Problem, Cure, pathPrefix + Path) { IsStoredValue = IsStoredValue };
}
