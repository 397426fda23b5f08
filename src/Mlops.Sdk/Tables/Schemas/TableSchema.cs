using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>What every table's schema must keep, whatever it came from.</summary>
internal static class TableSchema
{
    /// <exception cref="TableFormatException">No columns, two of one name, or a type that Parquet cannot keep; names <paramref name="origin"/>.</exception>
    public static void Check(Schema schema, string origin)
    {
        if (schema.FieldsList.Count == 0)
        {
            throw new TableFormatException($"{origin} has no columns. A table needs at least one.");
        }

        var twice = schema.FieldsList.GroupBy(f => f.Name).Where(g => g.Count() > 1).Select(g => $"'{g.Key}'").ToList();
        if (twice.Count > 0)
        {
            throw new TableFormatException($"{origin} has more than one column named {string.Join(", ", twice)}. Give every column a name of its own.");
        }

        foreach (var field in schema.FieldsList)
        {
            CheckType(field, field.Name, origin);
        }
    }

    private static void CheckType(Field field, string column, string origin)
    {
        var refused = field.DataType switch
        {
            IntervalType => ("interval", "a number of seconds: epoch(x)"),
            UnionType => ("union", "one type for all values"),
            RunEndEncodedType or ListViewType or LargeListViewType => (field.DataType.Name, "a plain column"),
            _ when ArrowExtension.NameOf(field) == ArrowExtension.Opaque => (OpaqueName(field), OpaqueCure(OpaqueName(field))),
            _ => default((string Name, string Cure)?),
        };
        if (refused is var (name, cure))
        {
            throw new TableFormatException(
                $"{origin} has the column '{column}' of type {name}, which Parquet cannot keep. Cast it in the query to {cure}.");
        }

        foreach (var child in field.DataType is NestedType nested ? nested.Fields : [])
        {
            CheckType(child, column, origin);
        }
    }

    // {"type_name":"hugeint","vendor_name":"DuckDB"}
    private static string OpaqueName(Field field)
    {
        using var json = JsonDocument.Parse(field.Metadata.GetValueOrDefault(ArrowExtension.MetadataKey, "{}"));
        return json.RootElement.TryGetProperty("type_name", out var name) ? name.GetString() ?? "unknown" : "unknown";
    }

    // sum() over integers returns hugeint in DuckDB, so this is a common one.
    private static string OpaqueCure(string name) => name is "hugeint" or "uhugeint"
        ? "bigint or decimal(38,0), such as sum(x)::bigint"
        : name == "time_tz" ? "time" : "varchar";
}
