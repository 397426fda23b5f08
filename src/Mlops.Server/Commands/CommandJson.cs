using System.Text.Json;
using Mlops.Server.Api;

namespace Mlops.Server.Commands;

/// <summary>JSON on standard output, written as the REST interface writes it.</summary>
internal static class CommandJson
{
    private static readonly JsonSerializerOptions Indented = Create(isIndented: true);

    private static readonly JsonSerializerOptions Line = Create(isIndented: false);

    /// <summary>Writes a whole document.</summary>
    public static void Write<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>Writes one value a line, for what comes bit by bit.</summary>
    public static void WriteLine<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Line));

    private static JsonSerializerOptions Create(bool isIndented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = isIndented };
        ApiServices.ConfigureJson(options);
        return options;
    }
}
