using System.Globalization;
using System.Text.Json;
using Mlops.Blocks.Values;
using Mlops.Sdk;

namespace Mlops.Blocks;

/// <summary>
/// What every block is told by name, in Mage's words: as a parameter, and in templates. A variable of the same name goes before.
/// </summary>
internal static class BlockFacts
{
    private static readonly Dictionary<string, Func<BlockContext, object?>> Readers = new(StringComparer.Ordinal)
    {
        ["execution_date"] = context => context.ExecutionDate,
        ["ds"] = context => context.Ds,
        ["hr"] = context => context.Hr,
        ["interval_start_datetime"] = context => context.IntervalStartDatetime,
        ["interval_end_datetime"] = context => context.IntervalEndDatetime,
        ["interval_start_datetime_previous"] = context => context.IntervalStartDatetimePrevious,
        ["interval_seconds"] = context => context.IntervalSeconds,
        ["event"] = context => context.Event,
        ["trigger_name"] = context => context.TriggerName,
        ["env"] = context => context.Env,
        ["pipeline_run_id"] = context => context.PipelineRunId,
        ["pipeline_uuid"] = context => context.PipelineUuid,
        ["block_uuid"] = context => context.BlockUuid,
        ["project_uuid"] = context => context.ProjectUuid,
        ["repo_path"] = context => context.ProjectPath,
        ["attempt"] = context => context.Attempt,
        ["retry"] = context => JsonElement.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"attempts": {{context.Attempt}}}""")),
    };

    private static readonly Dictionary<string, string> NamesByNormalized = Readers.Keys.ToDictionary(Names.Normalize, StringComparer.Ordinal);

    /// <summary>All their names.</summary>
    public static IReadOnlyCollection<string> All => Readers.Keys;

    /// <summary>Whether a name, but for case and underscores, is one of them.</summary>
    public static bool IsOne(string name) => NamesByNormalized.ContainsKey(Names.Normalize(name));

    /// <summary>The value by a name, but for case and underscores: null where it is none of them, JSON's null where this run has none.</summary>
    public static JsonElement? Find(BlockContext context, string name) =>
        NamesByNormalized.TryGetValue(Names.Normalize(name), out var known) ? ToElement(Readers[known](context)) : null;

    private static JsonElement ToElement(object? value) => value switch
    {
        JsonElement element => element,
        null => JsonElement.Parse("null"),
        DateTimeOffset time => Text(time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture)),
        string text => Text(text),
        _ => JsonElement.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };

    private static JsonElement Text(string text) => JsonElement.Parse($"\"{JsonEncodedText.Encode(text)}\"");
}
