using System.Collections.Concurrent;
using Apache.Arrow;
using Mlops.Sdk;
using Table = Mlops.Sdk.Table;

namespace Mlops.Blocks.Values;

/// <summary>
/// Outputs of a run that are still in memory, by the path of their file, so that a block downstream need not read the file. Tables together
/// take at most <paramref name="maxBytes"/>: beyond that a table stays in its file only. Every reader gets a handle of its own, so nobody can
/// free what another is reading. Thread-safe.
/// </summary>
internal sealed class RunMemory(long maxBytes) : IDisposable
{
    private readonly ConcurrentDictionary<string, Table> _tables = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TrainedModel> _models = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>A quarter of the memory that this process may use.</summary>
    public static long DefaultMaxBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>Takes over a table that was stored in <paramref name="path"/>.</summary>
    public void Keep(string path, Table table)
    {
        var size = table.IsLoaded ? table.Batches.Sum(batch => batch.Arrays.Sum(array => SizeOf(array.Data))) : 0;
        if (Interlocked.Add(ref _bytes, size) > maxBytes || !_tables.TryAdd(path, table))
        {
            Interlocked.Add(ref _bytes, -size);
            table.Dispose();
        }
    }

    public void Keep(string path, TrainedModel model) => _models.TryAdd(path, model);

    /// <summary>The table stored in <paramref name="path"/>; the caller disposes it, which leaves all other handles valid.</summary>
    public Table OpenTable(string path) => _tables.TryGetValue(path, out var table) ? table.Share() : Table.OpenParquet(path);

    /// <summary>The model stored in <paramref name="path"/>, read at most once by <paramref name="load"/>.</summary>
    public TrainedModel GetModel(string path, Func<string, TrainedModel> load) => _models.GetOrAdd(path, load);

    public void Dispose()
    {
        foreach (var table in _tables.Values)
        {
            table.Dispose();
        }

        _tables.Clear();
        _models.Clear();
    }

    private static long SizeOf(ArrayData data) =>
        data.Buffers.Sum(buffer => (long)buffer.Length) + (data.Children?.Sum(SizeOf) ?? 0) + (data.Dictionary is { } values ? SizeOf(values) : 0);
}
