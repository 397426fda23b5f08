using System.Collections;
using System.Text.Json;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;
using Mlops.Sdk;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.CSharp.Binding;

/// <summary>Reads one item of a dynamic block's output, and the outputs of all children of a block as one list.</summary>
internal sealed class FanReader(UpstreamReader reader, RunMemory memory)
{
    /// <exception cref="TableBindingException">A row does not fit.</exception>
    /// <exception cref="FormatException">The item does not fit.</exception>
    public object? ReadItem(UpstreamOutputs upstream, Type type)
    {
        var stored = upstream.Outputs[0];
        return stored.Output.Kind == OutputKind.Table
            ? reader.ReadRow(upstream, stored, upstream.Item!.Value, type)
            : ValueReader.Read(new FanOutput(upstream, memory).ReadItem(upstream.Item!.Value), type);
    }

    /// <summary>
    /// A list with one value for each child that made something; where each made a table and the list is one of records, the rows of all.
    /// </summary>
    /// <exception cref="TableBindingException">A table does not fit.</exception>
    /// <exception cref="FormatException">The parameter is no list, or a child's output does not fit.</exception>
    public object ReadParts(IReadOnlyList<UpstreamOutputs> parts, Type type)
    {
        if (type == typeof(JsonElement))
        {
            return ValueWriter.ToElement(ReadParts(parts, typeof(List<JsonElement>)));
        }

        var item = CollectionTypes.ItemType(type)
            ?? throw new FormatException($"it is what several blocks made, which cannot be taken as {TypeDisplay.Of(type)}. Take it as a list, such as IReadOnlyList<{TypeDisplay.Of(type)}>.");
        var values = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        foreach (var part in parts.Where(part => part.Outputs.Count > 0))
        {
            foreach (var value in ReadPart(part, item))
            {
                values.Add(value);
            }
        }

        if (!type.IsArray)
        {
            return values;
        }

        var array = Array.CreateInstance(item, values.Count);
        values.CopyTo(array, 0);
        return array;
    }

    private IEnumerable ReadPart(UpstreamOutputs part, Type item)
    {
        if (part.Outputs.Count > 1)
        {
            return Tuples.IsTuple(item)
                ? new[] { ReadTuple(part, item) }
                : throw new FormatException($"'{part.BlockUuid}' has {part.Outputs.Count} outputs. Take them as a list of tuples of {part.Outputs.Count}.");
        }

        var rows = typeof(List<>).MakeGenericType(item);
        if (part.Outputs[0].Output.Kind == OutputKind.Table && RowTypes.IsRecord(item) && reader.WhyNot(part, part.Outputs[0], item) is not null
            && reader.WhyNot(part, part.Outputs[0], rows) is null)
        {
            return (IEnumerable)reader.Read(part, part.Outputs[0], rows)!;
        }

        return new[] { Read(part, part.Outputs[0], item) };
    }

    private object? ReadTuple(UpstreamOutputs part, Type type)
    {
        var types = Tuples.ItemTypes(type);
        return types.Count == part.Outputs.Count
            ? Tuples.Create(type, [.. part.Outputs.Zip(types, (output, item) => Read(part, output, item))])
            : throw new FormatException($"'{part.BlockUuid}' has {part.Outputs.Count} outputs, but {TypeDisplay.Of(type)} takes {types.Count}.");
    }

    private object? Read(UpstreamOutputs part, StoredOutput stored, Type type) =>
        reader.WhyNot(part, stored, type) is { } reason ? throw new FormatException(reason) : reader.Read(part, stored, type);
}
