using System.Security.Cryptography;
using System.Text;
using Mlops.Blocks.Errors;

namespace Mlops.Blocks.CSharp;

/// <summary>
/// The compiled blocks of this process by file, at most <paramref name="maxBlocks"/>: the least recently used goes first. A block whose
/// source changed is replaced, and unloaded once nobody runs it any more. Thread-safe; a block is compiled once however many ask for it.
/// </summary>
internal sealed class LoadedBlocks(CSharpCompiler compiler, AssemblyCache cache, int maxBlocks = 200) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>The block, for as long as the lease is held.</summary>
    /// <exception cref="BlockFailedException">It does not compile.</exception>
    public Lease Take(BlockSource source)
    {
        var key = KeyOf(source);
        var entry = TakeEntry(source, key);
        try
        {
            return new Lease(this, entry, entry.Block.Value);
        }
        catch (Exception exception)
        {
            if (exception is not BlockFailedException)
            {
                Forget(source.FullPath, entry);
            }

            Release(entry);
            throw;
        }
    }

    /// <summary>Unloads every block that nobody runs, and every other one when its last lease ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                Retire(entry);
            }

            _entries.Clear();
        }
    }

    private Entry TakeEntry(BlockSource source, BlockKey key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(source.FullPath, out var entry) || entry.Key != key.Block)
            {
                if (entry is not null)
                {
                    Retire(entry);
                }

                entry = _entries[source.FullPath] = new Entry(key.Block, new Lazy<LoadedBlock>(() => Load(source, key)));
                Trim(entry);
            }

            entry.Leases++;
            entry.LastUse = ++_uses;
            return entry;
        }
    }

    private LoadedBlock Load(BlockSource source, BlockKey key)
    {
        var utils = key.Utils is null ? null : cache.GetOrCompile(key.Utils, () => compiler.CompileUtils(source.Utils));
        var image = cache.GetOrCompile(key.Block, () => compiler.CompileBlock(source.Block, utils));
        return new LoadedBlock(source, image, utils);
    }

    private void Trim(Entry added)
    {
        if (_entries.Count > maxBlocks)
        {
            var (path, oldest) = _entries.Where(pair => pair.Value != added).MinBy(pair => pair.Value.LastUse);
            _entries.Remove(path);
            Retire(oldest);
        }
    }

    private void Forget(string path, Entry entry)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(path, out var current) && current == entry)
            {
                _entries.Remove(path);
            }
        }
    }

    private void Release(Entry entry)
    {
        lock (_gate)
        {
            entry.Leases--;
            if (entry.IsRetired)
            {
                Retire(entry);
            }
        }
    }

    private static void Retire(Entry entry)
    {
        entry.IsRetired = true;
        if (entry.Leases == 0 && entry.Block.IsValueCreated)
        {
            entry.Block.Value.Unload();
        }
    }

    private BlockKey KeyOf(BlockSource source)
    {
        var utils = source.Utils.Count == 0 ? null : Hash(compiler.Fingerprint, source.Utils);
        return new BlockKey(Hash(utils ?? compiler.Fingerprint, [source.Block]), utils);
    }

    private static string Hash(string seed, IReadOnlyList<SourceFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(seed));
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{file.Path}\n{file.Content.Length}\n"));
            hash.AppendData(file.Content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A block that somebody is using; it is not unloaded before this is disposed.</summary>
    public sealed class Lease : IDisposable
    {
        private LoadedBlocks? _owner;
        private readonly Entry _entry;

        internal Lease(LoadedBlocks owner, Entry entry, LoadedBlock block) => (_owner, _entry, Block) = (owner, entry, block);

        public LoadedBlock Block { get; }

        public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Release(_entry);
    }

    internal sealed class Entry(string key, Lazy<LoadedBlock> block)
    {
        public string Key { get; } = key;

        public Lazy<LoadedBlock> Block { get; } = block;

        public int Leases { get; set; }

        public long LastUse { get; set; }

        public bool IsRetired { get; set; }
    }

    private readonly record struct BlockKey(string Block, string? Utils);
}
