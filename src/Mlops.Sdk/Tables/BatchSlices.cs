using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Rows out of the middle of batches, sharing their memory.</summary>
internal static class BatchSlices
{
    /// <summary>Rows [<paramref name="offset"/>, <paramref name="offset"/> + <paramref name="limit"/>); the caller disposes the slices.</summary>
    public static List<RecordBatch> Take(IEnumerable<RecordBatch> batches, long offset, long limit, bool disposeSource)
    {
        var slices = new List<RecordBatch>();
        foreach (var batch in batches)
        {
            if (offset < batch.Length && limit > 0)
            {
                var length = (int)Math.Min(batch.Length - offset, limit);
                slices.Add(batch.SliceShared((int)offset, length));
                limit -= length;
            }

            offset = Math.Max(0, offset - batch.Length);
            if (disposeSource)
            {
                batch.Dispose();
            }

            if (limit <= 0)
            {
                break;
            }
        }

        return slices;
    }
}
