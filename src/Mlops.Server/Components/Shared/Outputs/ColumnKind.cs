namespace Mlops.Server.Components.Shared.Outputs;

/// <summary>What a column holds, by the word of its type.</summary>
/// <param name="Sign">Sign before the word; null where an icon stands for it.</param>
/// <param name="Icon">Icon before the word; null where a sign stands for it.</param>
/// <param name="IsNumber">Whether its cells line up at the right.</param>
internal sealed record ColumnKind(string? Sign, string? Icon, bool IsNumber)
{
    public static ColumnKind Of(string type) => type.Split('(', '[', '<')[0] switch
    {
        "int8" or "int16" or "int32" or "int64" or "uint8" or "uint16" or "uint32" or "uint64" => new("#", null, true),
        "halffloat" or "float" or "double" or "decimal" => new(".0", null, true),
        "bool" => new("01", null, false),
        "date" => new(null, "calendar", false),
        "timestamp" or "time" or "duration" or "interval" => new(null, "clock", false),
        "list" or "struct" or "map" or "json" => new("{}", null, false),
        "binary" => new("0x", null, false),
        "uuid" => new("id", null, false),
        _ => new("Aa", null, false),
    };
}
