namespace Mlops.Sdk.Tables;

/// <summary>How the values of a property become cells.</summary>
/// <param name="CellType">The property's type.</param>
/// <param name="NewWriter">Makes a <see cref="CellWriter{T}"/> of <paramref name="CellType"/>, one for each batch.</param>
internal sealed record WriterPlan(Type CellType, Func<object> NewWriter);
