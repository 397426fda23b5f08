using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Mlops.Blocks.Errors;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Outputs;
using Mlops.Sdk;
using Mlops.Sdk.Tables;
using Table = Mlops.Sdk.Table;

namespace Mlops.Blocks.Values;

/// <summary>
/// Stores what a block returned: tables as Parquet, models as ML.NET's zip, bytes as they are, anything else as JSON. A sequence of records
/// is a table; a sequence of single values, of sequences or of dictionaries is JSON. Small JSON goes with the result and needs no file.
/// </summary>
internal sealed class OutputWriter(string blockUuid, string directory, RunMemory memory, ICollection<IDisposable> returned)
{
    /// <summary>Stores the value as <c>output_0</c>, or each item of a tuple as an output of its own. Null is no output.</summary>
    /// <exception cref="BlockFailedException">A value is of a kind that cannot be stored, or no space is left for it.</exception>
    public async Task<IReadOnlyList<StoredOutput>> WriteAsync(object? value, Type declaredType, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAllAsync(value, declaredType, cancellationToken);
        }
        catch (Exception exception) when (DiskSpace.IsExhausted(exception))
        {
            throw new BlockFailedException(ErrorWords.DiskFull, DiskSpace.Explain($"the outputs of block '{blockUuid}'", directory));
        }
    }

    private async Task<IReadOnlyList<StoredOutput>> WriteAllAsync(object? value, Type declaredType, CancellationToken cancellationToken)
    {
        var isTuple = Tuples.IsTuple(declaredType) && value is ITuple;
        var declared = isTuple ? Tuples.ItemTypes(declaredType) : [declaredType];
        List<StoredOutput> outputs = [];
        for (var i = 0; i < declared.Count; i++)
        {
            if ((isTuple ? ((ITuple)value!)[i] : value) is { } item)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"output_{i}");
                outputs.Add(await WriteOneAsync(name, item, declared[i], cancellationToken));
            }
        }

        return outputs;
    }

    private async Task<StoredOutput> WriteOneAsync(string name, object value, Type declaredType, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case TrainedModel model:
                return await WriteModelAsync(name, model, cancellationToken);
            case ITransformer:
                throw new BlockFailedException(ErrorWords.Output, $"{name} of '{blockUuid}' is a bare ML.NET transformer. Return new TrainedModel(model, data.Schema).");
            case byte[] bytes:
                return await WriteFileAsync(name, new MemoryStream(bytes, writable: false), cancellationToken);
            case Stream stream:
                return await WriteFileAsync(name, stream, cancellationToken);
        }

        if (await ToTableAsync(value, declaredType, cancellationToken) is { } table)
        {
            return await WriteTableAsync(name, table, cancellationToken);
        }

        return await WriteJsonAsync(name, await Sequences.CollectAsync(value, declaredType, cancellationToken), cancellationToken);
    }

    /// <summary>The value as table; null where it is none.</summary>
    private async Task<Table?> ToTableAsync(object value, Type declaredType, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case Table table: return table;
            case DataFrame frame: return Table.FromDataFrame(frame);
            case RecordBatch batch: return Table.FromBatches(batch.Schema, [batch]);
            case IDataView view: return Table.FromDataView(view);
            case string or IDictionary or JsonElement: return null;
        }

        if (Sequences.AsyncItemType(declaredType, value) is { } asyncItem && RowTypes.IsRecord(asyncItem))
        {
            return await TableEncoder.EncodeAsync(value, asyncItem, blockUuid, cancellationToken);
        }

        return Sequences.ItemType(declaredType, value) is { } item && RowTypes.IsRecord(item) && !Sequences.IsJson(value, item)
            ? TableEncoder.Encode(value, item, blockUuid)
            : null;
    }

    private async Task<StoredOutput> WriteTableAsync(string name, Table table, CancellationToken cancellationToken)
    {
        returned.Add(table);
        var fileName = $"{name}.parquet";
        var path = NewPath(fileName);
        table.StoreParquet(path);
        memory.Keep(path, table.Share());
        var output = await StoredFile.DescribeAsync(name, OutputKind.Table, path, cancellationToken);
        return new StoredOutput(fileName, output with
        {
            RowCount = table.RowCount,
            Columns = [.. table.Schema.FieldsList.Select(field => new OutputColumn(field.Name, ColumnTypeName.Of(field), field.IsNullable))],
        });
    }

    private async Task<StoredOutput> WriteModelAsync(string name, TrainedModel model, CancellationToken cancellationToken)
    {
        var fileName = $"{name}.zip";
        var path = NewPath(fileName);
        await ModelFile.WriteAsync(path, model, cancellationToken);
        memory.Keep(path, model);
        var output = await StoredFile.DescribeAsync(name, OutputKind.Model, path, cancellationToken);
        return new StoredOutput(fileName, output with { Metrics = model.Metrics, Curves = model.Curves });
    }

    private async Task<StoredOutput> WriteFileAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        returned.Add(content);
        var fileName = $"{name}.bin";
        var path = NewPath(fileName);
        await StoredFile.WriteAsync(path, stream => content.CopyToAsync(stream, cancellationToken));
        return new StoredOutput(fileName, await StoredFile.DescribeAsync(name, OutputKind.File, path, cancellationToken));
    }

    private async Task<StoredOutput> WriteJsonAsync(string name, object? value, CancellationToken cancellationToken)
    {
        var fileName = $"{name}.json";
        var content = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(content))
        {
            ValueWriter.Write(writer, value);
        }

        var output = StoredFile.Describe(name, OutputKind.Json, content.WrittenSpan);
        if (content.WrittenCount <= BlockOutput.MaxValueBytes)
        {
            return new StoredOutput(fileName, output with { Value = Encoding.UTF8.GetString(content.WrittenSpan) });
        }

        await StoredFile.WriteAsync(NewPath(fileName), content.WrittenMemory);
        return new StoredOutput(fileName, output);
    }

    /// <summary>Path of a file to be written; makes its folder.</summary>
    private string NewPath(string fileName)
    {
        Directory.CreateDirectory(directory);
        return Path.Combine(directory, fileName);
    }
}
