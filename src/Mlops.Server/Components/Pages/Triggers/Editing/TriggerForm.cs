using System.Globalization;
using System.Text.Json;
using Mlops.Core.Triggers;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>What the form of a trigger holds, as text until it is saved. What has not its own field here is no matter of the form and stays as it is.</summary>
public sealed class TriggerForm
{
    /// <summary>Intervals that need no cron, in the order of the menu.</summary>
    internal static readonly IReadOnlyList<(string Word, string Label)> Words =
    [
        ("@once", "Once"), ("@hourly", "Hourly"), ("@daily", "Daily"), ("@weekly", "Weekly"), ("@monthly", "Monthly"), ("@always_on", "Always on"),
    ];

    /// <summary>Of <see cref="Frequency"/>: the interval is <see cref="Cron"/>.</summary>
    internal const string Custom = "custom";

    private const string ScheduleType = "time";
    private const string UsualInterval = "@daily";

    public string PipelineUuid { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>Mage's word.</summary>
    public string Type { get; set; } = ScheduleType;

    public string Description { get; set; } = "";

    /// <summary>One of <see cref="Words"/>, or <see cref="Custom"/>.</summary>
    public string Frequency { get; set; } = UsualInterval;

    public string Cron { get; set; } = "0 6 * * 1-5";

    public string TimeZone { get; set; } = "";

    public string Windows { get; set; } = "";

    /// <summary>UTC, as fields of browsers have it: <c>2026-05-16T07:00</c>.</summary>
    public string Start { get; set; } = "";

    /// <summary>JSON of what a trigger of type event waits for; empty for nothing.</summary>
    public string Event { get; set; } = "";

    public bool CreatesInitialRun { get; set; }

    public string CatchUp { get; set; } = "latest";

    public bool SkipsIfRunning { get; set; }

    public bool KeepsRunning { get; set; } = true;

    /// <summary>Seconds.</summary>
    public string Timeout { get; set; } = "";

    /// <summary><c>failed</c> or <c>cancelled</c>; empty leaves it to the pipeline.</summary>
    public string TimeoutStatus { get; set; } = "";

    public string RunLimit { get; set; } = "";

    public string Sla { get; set; } = "";

    public string SlaUnit { get; set; } = TriggerSla.UsualUnit;

    /// <summary>Separated by commas.</summary>
    public string Tags { get; set; } = "";

    /// <summary>Separated by commas.</summary>
    public string Envs { get; set; } = "";

    /// <summary>The trigger's own variables by name.</summary>
    public Dictionary<string, JsonElement> Variables { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>What is wrong with texts of variables that are no values, by name.</summary>
    public Dictionary<string, string> WrongVariables { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// All settings by key, as the file gives them. The part of a type may keep its own in it. Those that have fields here are not read from it.
    /// </summary>
    public Dictionary<string, JsonElement> Settings { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>What only the trigger's type has, by key; see <see cref="TriggerKind.Read"/>. Its part reads and writes it.</summary>
    public Dictionary<string, JsonElement> Own { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>The interval as the file says it.</summary>
    public string Interval
    {
        get => Frequency == Custom ? Cron.Trim() : Frequency;
        set => (Frequency, Cron) = Words.Any(word => word.Word == value) ? (value, Cron) : (Custom, value);
    }

    public bool IsSchedule => Type == ScheduleType;

    /// <summary>The form of a trigger that is there.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="kind">Its type; null for one that the form does not know.</param>
    internal static TriggerForm Of(Trigger trigger, TriggerKind? kind)
    {
        var (sla, unit) = TriggerSla.Read(trigger.Sla);
        return new TriggerForm
        {
            PipelineUuid = trigger.PipelineUuid,
            Name = trigger.Name,
            Type = trigger.ScheduleType,
            Description = trigger.Description ?? "",
            Interval = trigger.ScheduleInterval ?? UsualInterval,
            TimeZone = Text(trigger, "time_zone"),
            Windows = Text(trigger, "windows"),
            Start = trigger.StartTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
            Event = trigger.Event?.GetRawText() ?? "",
            CreatesInitialRun = IsSet(trigger, "create_initial_pipeline_run") ?? false,
            CatchUp = Text(trigger, "catch_up") is { Length: > 0 } policy ? policy : "latest",
            SkipsIfRunning = IsSet(trigger, "skip_if_previous_running") ?? false,
            KeepsRunning = IsSet(trigger, "allow_blocks_to_fail") ?? true,
            Timeout = Text(trigger, "timeout"),
            TimeoutStatus = Text(trigger, "timeout_status"),
            RunLimit = Text(trigger, "pipeline_run_limit"),
            Sla = sla,
            SlaUnit = unit,
            Tags = string.Join(", ", trigger.Tags),
            Envs = string.Join(", ", trigger.Envs),
            Variables = new(trigger.Variables, StringComparer.Ordinal),
            Settings = new(trigger.Settings, StringComparer.Ordinal),
            Own = new(kind?.Read(trigger) ?? new Dictionary<string, JsonElement>(), StringComparer.Ordinal),
        };
    }

    /// <summary>Why it cannot be saved; null where nothing is wrong that can be said here.</summary>
    public string? FindProblem() =>
        PipelineUuid.Length == 0 ? "Choose the pipeline that it starts."
        : string.IsNullOrWhiteSpace(Name) ? "Give it a name."
        : TriggerNumbers.FindProblem(this) ?? (WrongVariables.Count > 0 ? WrongVariables.First().Value : null);

    private static string Text(Trigger trigger, string key) =>
        trigger.Settings.TryGetValue(key, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : "";

    private static bool? IsSet(Trigger trigger, string key) =>
        trigger.Settings.TryGetValue(key, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
}
