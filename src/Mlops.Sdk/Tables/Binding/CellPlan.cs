namespace Mlops.Sdk.Tables;

/// <summary>How the cells of a column become values of a member.</summary>
/// <param name="CellType">What the reader gives: the member's type or one that converts to it by reference.</param>
/// <param name="NewReader">Makes a <see cref="CellReader{T}"/> of <paramref name="CellType"/>, one for each enumeration.</param>
internal sealed record CellPlan(Type CellType, Func<object> NewReader);
