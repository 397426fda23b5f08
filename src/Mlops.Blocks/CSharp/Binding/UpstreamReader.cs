using System.Collections;
using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;
using Mlops.Sdk;
using Mlops.Sdk.Tables;
using Table = Mlops.Sdk.Table;

namespace Mlops.Blocks.CSharp.Binding;

/// <summary>Reads a stored output in the form that a parameter's type asks for. What has to be freed goes to <paramref name="handles"/>.</summary>
internal sealed class UpstreamReader(RunMemory memory, string blockUuid, ICollection<IDisposable> handles)
{
    /// <summary>Why the output cannot be read as <paramref name="type"/>, as far as that can be said without reading it; else null.</summary>
    public string? WhyNot(UpstreamOutputs upstream, StoredOutput stored, Type type) => OutputForms.WhyNot(
        stored.Output.Kind, type, $"{stored.Output.Name} of '{upstream.BlockUuid}'", row => WhyNotRows(upstream, stored, row));

    /// <exception cref="TableBindingException">A value of a table does not fit.</exception>
    /// <exception cref="FormatException">JSON does not fit.</exception>
    public object? Read(UpstreamOutputs upstream, StoredOutput stored, Type type)
    {
        var path = PathOf(upstream, stored);
        return stored.Output.Kind switch
        {
            _ when type == typeof(Stream) => Own(Open(path, stored.Output)),
            _ when type == typeof(byte[]) && stored.Output.Kind == OutputKind.File => File.ReadAllBytes(path),
            OutputKind.Table => ReadTable(Own(memory.OpenTable(path)), type, $"'{upstream.BlockUuid}' ({stored.Output.Name})"),
            OutputKind.Model => ReadModel(path, stored.Output, type),
            _ => ReadJson(path, stored.Output, type),
        };
    }

    /// <summary>One row of a stored table, as a table of one row or as its only record.</summary>
    /// <exception cref="TableBindingException">The row does not fit.</exception>
    public object? ReadRow(UpstreamOutputs upstream, StoredOutput stored, int row, Type type)
    {
        using var whole = memory.OpenTable(PathOf(upstream, stored));
        var table = Own(whole.Slice(row, 1));
        if (type == typeof(JsonElement))
        {
            return TableJson.ToElement(table)[0];
        }

        return OutputForms.IsTable(type) || OutputForms.RowItem(type) is not null
            ? ReadTable(table, type, $"'{upstream.BlockUuid}' (item {row})")
            : ((IList)TableBinder.ReadList(table, type, $"'{upstream.BlockUuid}' (item {row})", blockUuid))[0];
    }

    private object ReadTable(Table table, Type type, string source)
    {
        if (type == typeof(Table))
        {
            return table;
        }

        if (type == typeof(DataFrame))
        {
            return table.ToDataFrame();
        }

        if (type == typeof(IDataView))
        {
            return table.ToDataView();
        }

        if (type == typeof(RecordBatch))
        {
            return Own(RecordBatches.Merge(table));
        }

        if (type == typeof(JsonElement))
        {
            return TableJson.ToElement(table);
        }

        return ReadRows(table, type, source);
    }

    private object ReadRows(Table table, Type type, string source)
    {
        if (OutputForms.AsyncItem(type) is { } asyncRow)
        {
            return TableBinder.StreamAsync(table, asyncRow, source, blockUuid);
        }

        var row = CollectionTypes.ItemType(type)!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>))
        {
            return TableBinder.Stream(table, row, source, blockUuid);
        }

        var list = (IList)TableBinder.ReadList(table, row, source, blockUuid);
        if (!type.IsArray)
        {
            return list;
        }

        var array = System.Array.CreateInstance(row, list.Count);
        list.CopyTo(array, 0);
        return array;
    }

    private object ReadModel(string path, BlockOutput output, Type type)
    {
        var model = memory.GetModel(path, file => ModelFile.Read(file, output));
        return type == typeof(ITransformer) ? model.Model : model;
    }

    private static Stream Open(string path, BlockOutput output) =>
        output.Value is { } value ? new MemoryStream(Encoding.UTF8.GetBytes(value), writable: false) : File.OpenRead(path);

    private static object? ReadJson(string path, BlockOutput output, Type type)
    {
        using var document = output.Value is { } value ? JsonDocument.Parse(value) : JsonDocument.Parse(File.ReadAllBytes(path));
        return ValueReader.Read(document.RootElement, type);
    }

    private string? WhyNotRows(UpstreamOutputs upstream, StoredOutput stored, Type row)
    {
        using var table = memory.OpenTable(PathOf(upstream, stored));
        return TableBinder.Validate(table.Schema, row, $"'{upstream.BlockUuid}' ({stored.Output.Name})", blockUuid)?.Message;
    }

    private static string PathOf(UpstreamOutputs upstream, StoredOutput stored) => Path.Combine(upstream.Directory, stored.FileName);

    private T Own<T>(T handle)
        where T : IDisposable
    {
        handles.Add(handle);
        return handle;
    }
}
