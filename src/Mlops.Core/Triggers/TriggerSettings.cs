using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>
/// The <c>settings</c> of a trigger in <c>triggers.yaml</c>: <c>{skip_if_previous_running: true, timeout: 3600, timeout_status: failed,
/// pipeline_run_limit: 1, time_zone: Europe/London, catch_up: latest}</c>. What else is written there is kept and not read.
/// </summary>
internal sealed record TriggerSettings
{
    private const double MaxTimeoutSeconds = 366.0 * 24 * 60 * 60;

    private static readonly string[] Policies = ["latest", "none", "all"];

    private static readonly (string Key, string Wanted, Func<JsonElement, bool> IsRight)[] Checks =
    [
        ("timeout", "a number of seconds", value => value.ValueKind == JsonValueKind.Number && IsTimeout(value)),
        ("timeout_status", "failed or cancelled", value => value.ValueKind == JsonValueKind.String && value.GetString() is "failed" or "cancelled"),
        ("allow_blocks_to_fail", "true or false", IsBoolean),
        ("skip_if_previous_running", "true or false", IsBoolean),
        ("create_initial_pipeline_run", "true or false", IsBoolean),
        ("pipeline_run_limit", "a whole number of at least 1", value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count > 0),
        ("catch_up", "latest, none or all", value => value.ValueKind == JsonValueKind.String && Policies.Contains(value.GetString(), StringComparer.Ordinal)),
        ("time_zone", "the IANA name of a time zone, such as Europe/London", value => value.ValueKind == JsonValueKind.String),
        ("landing_time_enabled", "true or false", IsBoolean),
        ("windows", "text such as mon-fri 08:00-18:00; sat 09:00-12:00", value => value.ValueKind == JsonValueKind.String),
    ];

    /// <summary>What holds for its runs.</summary>
    public TriggerTerms Terms { get; private init; } = new();

    /// <summary>Whether nothing starts while a run of the trigger is not over.</summary>
    public bool SkipIfPreviousRunning { get; private init; }

    /// <summary>Whether the instant before it was made active has its run too.</summary>
    public bool CreateInitialPipelineRun { get; private init; }

    /// <summary>What becomes of instants that were missed.</summary>
    public CatchUp CatchUp { get; private init; }

    /// <summary>Whether instants are when runs should be over.</summary>
    public bool IsLanding { get; private init; }

    /// <summary>IANA name of the zone of its schedule; null for UTC.</summary>
    public string? TimeZone { get; private init; }

    /// <summary>Times of the week in which its schedule is due; null for all.</summary>
    public string? Windows { get; private init; }

    /// <summary>What they and other keys of a trigger say of when it is due.</summary>
    public static TriggerTiming ReadTiming(string settings, string? interval, DateTimeOffset? start)
    {
        var read = Read(settings);
        return new TriggerTiming(interval, read.TimeZone, start) { IsLanding = read.IsLanding, Windows = read.Windows };
    }

    /// <summary>Reads the stored JSON. What is wrong is left out, and was said by <see cref="FindProblem"/> when the file was read.</summary>
    public static TriggerSettings Read(string settings)
    {
        using var json = JsonDocument.Parse(settings);
        var root = json.RootElement;
        return new TriggerSettings
        {
            Terms = new TriggerTerms(
                Find(root, "timeout") is { ValueKind: JsonValueKind.Number } timeout && IsTimeout(timeout) ? TimeSpan.FromSeconds(timeout.GetDouble()) : null,
                FindText(root, "timeout_status") is { } status ? status == "cancelled" : null,
                FindBoolean(root, "allow_blocks_to_fail"),
                Find(root, "pipeline_run_limit") is { ValueKind: JsonValueKind.Number } limit && limit.TryGetInt32(out var count) && count > 0 ? count : null),
            SkipIfPreviousRunning = FindBoolean(root, "skip_if_previous_running") ?? false,
            CreateInitialPipelineRun = FindBoolean(root, "create_initial_pipeline_run") ?? false,
            CatchUp = (CatchUp)Math.Max(0, Array.IndexOf(Policies, FindText(root, "catch_up"))),
            TimeZone = FindText(root, "time_zone"),
            IsLanding = FindBoolean(root, "landing_time_enabled") ?? false,
            Windows = FindText(root, "windows"),
        };
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

    private static bool IsTimeout(JsonElement seconds) => seconds.GetDouble() is > 0 and <= MaxTimeoutSeconds;

    private static bool IsBoolean(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    private static bool? FindBoolean(JsonElement root, string key) => Find(root, key) is { } value && IsBoolean(value) ? value.GetBoolean() : null;

    private static string? FindText(JsonElement root, string key) => Find(root, key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A setting that is there and not null.</summary>
    private static JsonElement? Find(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
