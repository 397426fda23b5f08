using System.Text;
using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Blocks.CSharp;

/// <summary>
/// Runs two small blocks through everything that a real one passes (compiler, binder, Parquet, tests), so that the first run does not wait
/// for all of it to be compiled by the JIT: about two seconds.
/// </summary>
public sealed class CSharpWarmUp
{
    private const string Loader = """
        public static class WarmUpLoader
        {
            [DataLoader]
            public static IEnumerable<WarmUpRow> Run(ILogger logger, int count = 3)
            {
                logger.LogInformation("warm");
                return Enumerable.Range(0, count).Select(i => new WarmUpRow(i, i / 2.0, i % 2 == 0 ? null : "odd"));
            }

            [Test]
            public static void It_has_rows(Table output) => Check.That(output.RowCount > 0, "no rows");
        }

        public sealed record WarmUpRow(long Number, double? Half, string? Text);
        """;

    private const string Transformer = """
        public static class WarmUpTransformer
        {
            [Transformer]
            public static Table Run(IReadOnlyList<WarmUpRow> rows, Table table) => Table.FromRows(rows.Where(row => row.Number > 0));
        }

        public sealed record WarmUpRow(long Number, double? Half, string? Text);
        """;

    private readonly InProcessBlockHost _host;
    private readonly CSharpCompiler _compiler;
    private readonly TimeProvider _clock;

    internal CSharpWarmUp(InProcessBlockHost host, CSharpCompiler compiler, TimeProvider clock) => (_host, _compiler, _clock) = (host, compiler, clock);

    /// <summary>Call it once, in the background, when the host has started. A failure means that blocks cannot run here at all.</summary>
    /// <exception cref="InvalidOperationException">A block failed; the message says why.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-warm-up-").FullName;
        try
        {
            // The session finds the blocks in the cache on disk from the second start on, but the next edit will want the compiler.
            await Task.Run(() => _compiler.CompileBlock(new SourceFile("warm_up.cs", Encoding.UTF8.GetBytes(Loader)), null), cancellationToken);

            await using var session = await _host.OpenAsync(new BlockSessionOptions(0, "warm_up", folder, "warm_up"), cancellationToken);
            var loaded = await RunAsync(session, folder, "loader", "data_loader", Loader, [], cancellationToken);
            await RunAsync(session, folder, "transformer", "transformer", Transformer, [loaded, loaded], cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<UpstreamOutputs> RunAsync(
        IBlockSession session, string folder, string uuid, string type, string code, IReadOnlyList<UpstreamOutputs> upstream, CancellationToken cancellationToken)
    {
        var (file, outputs) = (Path.Combine(folder, $"{uuid}.cs"), Path.Combine(folder, uuid));
        await File.WriteAllTextAsync(file, code, cancellationToken);
        var work = new BlockWork
        {
            BlockUuid = uuid,
            BlockType = type,
            Language = "csharp",
            FilePath = file,
            Attempt = 1,
            ExecutionDate = _clock.GetUtcNow(),
            OutputDirectory = outputs,
            Upstream = upstream,
            Variables = new Dictionary<string, JsonElement>(),
        };
        var result = await session.RunAsync(work, _ => { }, cancellationToken);
        return result.Error is { } error
            ? throw new InvalidOperationException($"C# blocks cannot run here: {error.Type}: {error.Message}")
            : new UpstreamOutputs(uuid, outputs, result.Outputs);
    }
}
