using System.Globalization;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>The words of <see cref="TableBindingException"/>: both sides, what was found, what was wanted.</summary>
internal static class BindingMessages
{
    private const int ShownColumns = 50;

    public static TableBindingException PlanFailed(Schema schema, Type type, PlanErrors errors, string? source, string? target)
    {
        var names = schema.FieldsList.Select(f => f.Name).ToList();
        var more = names.Count > ShownColumns ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - ShownColumns} more") : "";
        return new TableBindingException(
            $"{Opening(type, source, target)}: {string.Join("; ", errors.Messages)}; columns: {string.Join(", ", names.Take(ShownColumns))}{more}");
    }

    /// <param name="field">The column at fault.</param>
    /// <param name="row">Its row in the table, from 0.</param>
    /// <param name="member">The member at fault.</param>
    /// <param name="fault">What is wrong.</param>
    /// <param name="type">The type of the rows.</param>
    /// <param name="source">Who made the table; null where unknown.</param>
    /// <param name="target">Who reads it; null where unknown.</param>
    public static TableBindingException CellFailed(
        Field field, long row, MemberPlan member, CellFault fault, Type type, string? source, string? target) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Opening(type, source, target)}: column '{field.Name}'{fault.Path} ({ColumnTypeName.Of(field)}) {fault.Problem} at row {row} (counted from 0), but {TypeDisplay.Of(type)}.{member.Name} ({TypeDisplay.Of(member.Type)}) {fault.Cure}"),
        fault);

    /// <summary>A value that a data frame or ML.NET cannot hold.</summary>
    public static TableBindingException CellNotHeld(Field field, long row, CellFault fault, string holder) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"Column '{field.Name}'{fault.Path} ({ColumnTypeName.Of(field)}) {fault.Problem} at row {row} (counted from 0), which {holder} cannot hold; fill it or drop the row."),
        fault);

    private static string Opening(Type type, string? source, string? target) => (source, target) switch
    {
        (null, null) => $"The table cannot be read as {TypeDisplay.Of(type)}",
        (null, _) => $"{target} cannot read the table",
        (_, null) => $"The output of {source} cannot be read as {TypeDisplay.Of(type)}",
        _ => $"{target} cannot read the output of {source}",
    };
}
