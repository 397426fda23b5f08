using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>A column as Arrow data, batch by batch.</summary>
internal sealed record EncodedColumn(Field Field, IReadOnlyList<ArrayData> Batches);
