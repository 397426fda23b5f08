using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>
/// The <c>settings</c> of a trigger in <c>triggers.yaml</c>: <c>{timeout: 3600, timeout_status: failed, allow_blocks_to_fail: false,
/// pipeline_run_limit: 1, time_zone: Europe/London}</c>. What else Mage writes there is kept and not read.
/// </summary>
internal static class TriggerSettings
{
    private const double MaxTimeoutSeconds = 366.0 * 24 * 60 * 60;

    /// <summary>Reads the stored JSON. What is wrong is left out, and was said by <see cref="FindProblem"/> when the file was read.</summary>
    public static TriggerTerms ReadTerms(string settings)
    {
        using var json = JsonDocument.Parse(settings);
        var root = json.RootElement;
        return new TriggerTerms(
            Find(root, "timeout") is { ValueKind: JsonValueKind.Number } timeout && IsTimeout(timeout) ? TimeSpan.FromSeconds(timeout.GetDouble()) : null,
            Find(root, "timeout_status") is { ValueKind: JsonValueKind.String } status ? status.GetString() == "cancelled" : null,
            Find(root, "allow_blocks_to_fail") is { ValueKind: JsonValueKind.True or JsonValueKind.False } allow ? allow.GetBoolean() : null,
            Find(root, "pipeline_run_limit") is { ValueKind: JsonValueKind.Number } limit && limit.TryGetInt32(out var count) && count > 0 ? count : null);
    }

    /// <summary>What is wrong with the settings, in words; null where nothing is.</summary>
    public static string? FindProblem(string settings)
    {
        using var json = JsonDocument.Parse(settings);
        foreach (var (key, wanted, isRight) in Checks)
        {
            if (Find(json.RootElement, key) is { } value && !isRight(value))
            {
                return $"settings.{key} is {value.GetRawText()}; {wanted} is wanted.";
            }
        }

        return null;
    }

    private static readonly (string Key, string Wanted, Func<JsonElement, bool> IsRight)[] Checks =
    [
        ("timeout", "a number of seconds", value => value.ValueKind == JsonValueKind.Number && IsTimeout(value)),
        ("timeout_status", "failed or cancelled", value => value.ValueKind == JsonValueKind.String && value.GetString() is "failed" or "cancelled"),
        ("allow_blocks_to_fail", "true or false", value => value.ValueKind is JsonValueKind.True or JsonValueKind.False),
        ("pipeline_run_limit", "a whole number of at least 1", value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count > 0),
    ];

    private static bool IsTimeout(JsonElement seconds) => seconds.GetDouble() is > 0 and <= MaxTimeoutSeconds;

    /// <summary>A setting that is there and not null.</summary>
    private static JsonElement? Find(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
