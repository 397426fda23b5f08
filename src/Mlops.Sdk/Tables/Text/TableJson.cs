using System.Buffers;
using System.Text.Json;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>A table as JSON, for previews and the REST API. Straight from Arrow: System.Text.Json on a block's types would keep them loaded.</summary>
internal static class TableJson
{
    /// <summary>
    /// <c>{"row_count":891,"schema":[{"name":"Age","type":"double","nullable":true}],"rows":[[22],[null]]}</c>; the cells of a row in the
    /// order of the schema. All rows: <see cref="Table.Slice"/> first.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, Table table)
    {
        writer.WriteStartObject();
        writer.WriteNumber("row_count", table.RowCount);
        writer.WritePropertyName("schema");
        WriteSchema(writer, table.Schema);
        writer.WritePropertyName("rows");
        WriteRows(writer, table);
        writer.WriteEndObject();
    }

    /// <summary>The rows as objects, <c>[{"Age":22,"Sex":"male"}]</c>, for blocks that ask for JSON. The whole table is held in memory.</summary>
    public static JsonElement ToElement(Table table)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteRecords(writer, table);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    /// <summary><c>[{"name":"Age","type":"double","nullable":true}]</c>.</summary>
    public static void WriteSchema(Utf8JsonWriter writer, Schema schema)
    {
        writer.WriteStartArray();
        foreach (var field in schema.FieldsList)
        {
            writer.WriteStartObject();
            writer.WriteString("name", field.Name);
            writer.WriteString("type", ColumnTypeName.Of(field));
            writer.WriteBoolean("nullable", field.IsNullable);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary><c>[[22,"male"],[null,"female"]]</c>.</summary>
    public static void WriteRows(Utf8JsonWriter writer, Table table)
    {
        writer.WriteStartArray();
        foreach (var (columns, row) in Rows(table))
        {
            writer.WriteStartArray();
            for (var column = 0; column < columns.Length; column++)
            {
                CellJson.Write(writer, table.Schema.GetFieldByIndex(column), columns[column], row);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary><c>[{"Age":22,"Sex":"male"},{"Age":null,"Sex":"female"}]</c>.</summary>
    public static void WriteRecords(Utf8JsonWriter writer, Table table)
    {
        writer.WriteStartArray();
        foreach (var (columns, row) in Rows(table))
        {
            writer.WriteStartObject();
            for (var column = 0; column < columns.Length; column++)
            {
                var field = table.Schema.GetFieldByIndex(column);
                writer.WritePropertyName(field.Name);
                CellJson.Write(writer, field, columns[column], row);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static IEnumerable<(ArrayData[] Columns, int Row)> Rows(Table table)
    {
        foreach (var batch in table.StreamBatches())
        {
            var columns = batch.Arrays.Select(a => a.Data).ToArray();
            for (var row = 0; row < batch.Length; row++)
            {
                yield return (columns, row);
            }
        }
    }
}
