using System.Globalization;
using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Sdk;
using Mlops.Server.Api.Outputs;

namespace Mlops.Server.Api.Mage;

/// <summary>Reads outputs of block runs as Mage's clients want them.</summary>
internal sealed class MageOutputs(BlockOutputStore store)
{
    /// <summary>Larger texts are left where they are, and their address is given.</summary>
    private const int MaximumTextBytes = 1024 * 1024;

    /// <summary>The outputs of a block run: the first rows of tables, JSON as text, of anything else the address.</summary>
    public async Task<MageOutputList> SampleAsync(BlockRun block, int rows, CancellationToken cancellationToken)
    {
        var outputs = new List<MageOutput>();
        foreach (var output in block.Outputs)
        {
            outputs.Add(output.Kind switch
            {
                OutputKind.Table => await SampleAsync(output, rows, cancellationToken),
                OutputKind.Json when output.SizeBytes <= MaximumTextBytes => MageOutput.OfText(output.Name, "text", await ReadTextAsync(output, cancellationToken)),
                _ => MageOutput.OfText(output.Name, "object", Describe(output, block)),
            });
        }

        return new MageOutputList(outputs, new MageMetadata(outputs.Count, false, false));
    }

    /// <summary>
    /// Writes the outputs of a block run as an array: tables as a list of records, JSON as it is, of anything else kind and address.
    /// </summary>
    /// <exception cref="MageOutputTooLargeException">They come to more than fits in an answer.</exception>
    public async Task WriteAsync(BlockRun block, Utf8JsonWriter writer, CancellationToken cancellationToken)
    {
        writer.WriteStartArray();
        foreach (var output in block.Outputs)
        {
            switch (output.Kind)
            {
                case OutputKind.Table:
                    await WriteTableAsync(output, block, writer, cancellationToken);
                    break;
                case OutputKind.Json:
                    MageOutputTooLargeException.ThrowIfTooMany(writer.BytesCommitted + writer.BytesPending + output.SizeBytes, block);
                    writer.WriteRawValue(await ReadTextAsync(output, cancellationToken));
                    break;
                default:
                    JsonSerializer.Serialize(writer, new MageFileOutput(output.Kind, output.SizeBytes, Address(output, block)), MageJson.Options);
                    break;
            }
        }

        writer.WriteEndArray();
    }

    private async Task WriteTableAsync(BlockOutput output, BlockRun block, Utf8JsonWriter writer, CancellationToken cancellationToken)
    {
        MageOutputTooLargeException.ThrowIfTooMany(output.RowCount * Math.Max(output.Columns.Count, 1) ?? 0, block);
        await store.FetchAsync(output, cancellationToken);
        try
        {
            using var table = store.OpenTable(output);
            writer.WriteStartArray();
            foreach (var row in table.Batches.SelectMany(ArrowCells.Rows))
            {
                JsonSerializer.Serialize(writer, row, MageJson.Options);
                MageOutputTooLargeException.ThrowIfTooMany(writer.BytesCommitted + writer.BytesPending, block);
            }

            writer.WriteEndArray();
        }
        catch (TableFormatException exception)
        {
            throw new DamagedOutputException(output, exception);
        }
    }

    private async Task<MageOutput> SampleAsync(BlockOutput output, int rows, CancellationToken cancellationToken)
    {
        await store.FetchAsync(output, cancellationToken);
        try
        {
            using var table = store.OpenTable(output);
            using var sample = table.Slice(0, rows);
            var columns = output.Columns.Select(column => column.Name).ToList();
            var cells = sample.Batches.SelectMany(ArrowCells.Rows).Select(IReadOnlyList<object?> (row) => [.. columns.Select(column => row[column])]);
            return MageOutput.OfTable(output.Name, new MageSample(columns, [.. cells]), [table.RowCount, columns.Count]);
        }
        catch (TableFormatException exception)
        {
            throw new DamagedOutputException(output, exception);
        }
    }

    private async Task<string> ReadTextAsync(BlockOutput output, CancellationToken cancellationToken)
    {
        await store.FetchAsync(output, cancellationToken);
        using var reader = new StreamReader(store.OpenRead(output));
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static string Describe(BlockOutput output, BlockRun block) => string.Create(
        CultureInfo.InvariantCulture, $"{output.Kind} of {output.SizeBytes:N0} bytes: GET {Address(output, block)}");

    private static string Address(BlockOutput output, BlockRun block) => BlockOutputResource.From(output, block).Url;
}

/// <summary>Mage's envelope of outputs.</summary>
internal sealed record MageOutputList(IReadOnlyList<MageOutput> Outputs, MageMetadata Metadata);

/// <summary>An output in Mage's words.</summary>
/// <param name="VariableUuid">Its name, such as output_0.</param>
/// <param name="Type">table, text or object.</param>
/// <param name="TextData">A text; null for a table.</param>
/// <param name="SampleData">The first rows of a table; null for anything else.</param>
/// <param name="Shape">Rows and columns of the whole table; null for anything else.</param>
internal sealed record MageOutput(string VariableUuid, string Type, string? TextData, MageSample? SampleData, IReadOnlyList<long>? Shape)
{
    public static MageOutput OfTable(string name, MageSample sample, IReadOnlyList<long> shape) => new(name, "table", null, sample, shape);

    public static MageOutput OfText(string name, string type, string text) => new(name, type, text, null, null);
}

/// <summary>Some rows of a table.</summary>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">Cells in the order of the columns.</param>
internal sealed record MageSample(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);

/// <summary>An output that is no JSON.</summary>
/// <param name="Type">What it is.</param>
/// <param name="SizeBytes">Size of its content.</param>
/// <param name="Url">Address of its content.</param>
internal sealed record MageFileOutput(OutputKind Type, long SizeBytes, string Url);
