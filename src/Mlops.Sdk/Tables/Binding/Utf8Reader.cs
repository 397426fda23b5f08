using System.Text;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Text. Short texts that repeat (categories, flags, names) share one string object.</summary>
internal sealed class Utf8Reader(bool acceptsNull) : CellReader<string?>(acceptsNull)
{
    private const int CacheEntries = 1024, CachedBytes = 32, Trial = 4096;
    private string?[]? _cache = new string?[CacheEntries];
    private int _lookups, _hits;

    public override void Read(ArrayData cells, int start, Span<string?> into)
    {
        if (into.IsEmpty)
        {
            return;
        }

        var bytes = new ByteCells(cells, start);
        var validity = Validity.Of(cells, start);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = validity.IsNull(i) ? Null(i) : Decode(bytes[i]);
        }
    }

    private string Decode(ReadOnlySpan<byte> utf8)
    {
        if (_cache is null || utf8.Length is 0 or > CachedBytes)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        if (++_lookups == Trial)
        {
            // Under a quarter of hits the cache costs more than it saves.
            _cache = _hits * 4 < _lookups ? null : _cache;
            (_lookups, _hits) = (0, 0);
        }

        // FNV-1a; collisions only cost the entry.
        var hash = 2166136261u;
        foreach (var b in utf8)
        {
            hash = (hash ^ b) * 16777619u;
        }

        var slot = (int)((hash ^ (hash >> 16)) & (CacheEntries - 1));
        if (_cache?[slot] is { } known && Equal(known, utf8))
        {
            _hits++;
            return known;
        }

        var text = Encoding.UTF8.GetString(utf8);
        if (_cache is not null)
        {
            _cache[slot] = text;
        }

        return text;
    }

    // True for equal ASCII text only, so that other text is always decoded anew.
    private static bool Equal(string text, ReadOnlySpan<byte> utf8) => System.Text.Ascii.Equals(utf8, text);
}
