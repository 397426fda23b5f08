using Apache.Arrow;
using Microsoft.ML.Data;

namespace Mlops.Sdk.Tables;

/// <summary>How a column of a table is shown to ML.NET.</summary>
/// <param name="Field">The column.</param>
/// <param name="Type">Its type there.</param>
/// <param name="NewColumn">Makes the column of a cursor.</param>
internal sealed record ViewColumnPlan(Field Field, DataViewType Type, Func<ViewColumn> NewColumn);
