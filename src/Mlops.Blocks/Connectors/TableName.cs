using Mlops.Sdk;

namespace Mlops.Blocks.Connectors;

/// <summary>The name of a table in a database.</summary>
/// <param name="Schema">Its schema; null for the profile's own.</param>
/// <param name="Name">Its name.</param>
internal sealed record TableName(string? Schema, string Name)
{
    /// <summary>Reads <c>table</c> or <c>schema.table</c>.</summary>
    /// <exception cref="ConnectionException">It is neither.</exception>
    public static TableName Parse(string text, string? defaultSchema)
    {
        var parts = text.Split('.');
        return parts.Length <= 2 && parts.All(part => !string.IsNullOrWhiteSpace(part) && !part.Contains('\0'))
            ? new TableName(parts.Length == 2 ? parts[0] : defaultSchema, parts[^1])
            : throw new ConnectionException($"'{text}' is no name of a table. Give 'table' or 'schema.table'.");
    }

    /// <summary>Quoted for SQL.</summary>
    public string Quoted => Schema is null ? Quote(Name) : $"{Quote(Schema)}.{Quote(Name)}";

    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public override string ToString() => Schema is null ? Name : $"{Schema}.{Name}";
}
