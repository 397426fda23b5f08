using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Dictionaries as Arrow maps, in their own order.</summary>
internal sealed class MapWriter<TMap, TKey, TValue>(CellWriter<TKey> keys, CellWriter<TValue> values) : CellWriter<TMap?>
    where TMap : IEnumerable<KeyValuePair<TKey, TValue>>
{
    private readonly ListOffsets _offsets = new();
    private readonly Entries _entries = new(keys, values);

    public override Field Field(string name)
    {
        // A key is never null in .NET, and Arrow asks that it be declared so.
        var key = keys.Field("key");
        return new Field(name, new MapType(new Field("key", key.DataType, false, key.Metadata), values.Field("value")), true);
    }

    public override void Append(ReadOnlySpan<TMap?> maps)
    {
        for (var i = 0; i < maps.Length; i++)
        {
            try
            {
                _offsets.Append(maps[i] is { } map ? _entries.Append(map) : null);
            }
            catch (CellFault fault)
            {
                throw fault.At(i, "[]");
            }
        }
    }

    public override ArrayData Build() => _offsets.Build(Field("").DataType, _entries);

    private sealed class Entries(CellWriter<TKey> keys, CellWriter<TValue> values) : CellWriter
    {
        private int _count;

        public override Field Field(string name) => new(name, new StructType([keys.Field("key"), values.Field("value")]), false);

        public int Append(TMap map)
        {
            var pairs = map.ToArray();
            keys.Append(pairs.Select(p => p.Key).ToArray());
            values.Append(pairs.Select(p => p.Value).ToArray());
            _count += pairs.Length;
            return pairs.Length;
        }

        public override ArrayData Build() => new(Field("").DataType, _count, 0, 0, [ArrowBuffer.Empty], [keys.Build(), values.Build()]);
    }
}
