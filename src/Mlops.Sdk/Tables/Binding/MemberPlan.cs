namespace Mlops.Sdk.Tables;

/// <summary>A member of a record that gets its value from a column.</summary>
/// <param name="Column">Index of the column.</param>
/// <param name="Name">Name of the property or parameter, as errors show it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Cells">How the column is read.</param>
internal sealed record MemberPlan(int Column, string Name, Type Type, CellPlan Cells);
