using System.Globalization;
using System.Text.Json;
using Mlops.Core.Triggers;

namespace Mlops.Server.Components.Pages.Triggers;

/// <summary>What the form of a trigger holds, as text until it is saved.</summary>
internal sealed class TriggerForm
{
    /// <summary>Intervals that need no cron, in the order of the menu.</summary>
    public static readonly IReadOnlyList<(string Word, string Label)> Words =
    [
        ("@once", "Once"), ("@hourly", "Hourly"), ("@daily", "Daily"), ("@weekly", "Weekly"), ("@monthly", "Monthly"), ("@always_on", "Always on"),
    ];

    /// <summary>Of <see cref="Frequency"/>: the interval is <see cref="Cron"/>.</summary>
    public const string Custom = "custom";

    private const double MaxTimeoutSeconds = 366.0 * 24 * 60 * 60;

    public string PipelineUuid { get; set; } = "";

    public string Name { get; set; } = "";

    public string Type { get; set; } = "time";

    public string Frequency { get; set; } = "@daily";

    public string Cron { get; set; } = "0 6 * * 1-5";

    public string TimeZone { get; set; } = "";

    public string CatchUp { get; set; } = "latest";

    public string Timeout { get; set; } = "";

    public bool SkipsIfRunning { get; set; }

    public string Description { get; set; } = "";

    /// <summary>The interval as the file says it.</summary>
    public string Interval => Frequency == Custom ? Cron.Trim() : Frequency;

    public bool IsSchedule => Type == "time";

    /// <summary>The form of a trigger that is there.</summary>
    public static TriggerForm Of(Trigger trigger)
    {
        var interval = trigger.ScheduleInterval ?? "@daily";
        var isWord = Words.Any(word => word.Word == interval);
        return new TriggerForm
        {
            PipelineUuid = trigger.PipelineUuid,
            Name = trigger.Name,
            Type = trigger.ScheduleType,
            Frequency = isWord ? interval : Custom,
            Cron = isWord ? "" : interval,
            TimeZone = trigger.TimeZone ?? "",
            CatchUp = Text(trigger, "catch_up") ?? "latest",
            Timeout = Text(trigger, "timeout") ?? "",
            SkipsIfRunning = trigger.Settings.TryGetValue("skip_if_previous_running", out var skips) && skips.ValueKind == JsonValueKind.True,
            Description = trigger.Description ?? "",
        };
    }

    /// <summary>Why it cannot be saved; null where nothing is wrong that can be said here.</summary>
    public string? FindProblem() =>
        PipelineUuid.Length == 0 ? "Choose the pipeline that it starts."
        : string.IsNullOrWhiteSpace(Name) ? "Give it a name."
        : Timeout.Trim().Length > 0 && ReadTimeout() is null ? $"The timeout is “{Timeout}”; a number of seconds above 0 is wanted."
        : null;

    /// <summary>What to write; settings that are as usual are only written where they stand in the file already.</summary>
    /// <param name="former">The trigger that is changed; null for a new one.</param>
    public TriggerChange ToChange(Trigger? former)
    {
        var settings = new Dictionary<string, JsonElement>();
        Set("time_zone", TimeZone.Trim(), TimeZone.Trim().Length == 0, IsSchedule);
        Set("catch_up", CatchUp, CatchUp == "latest", IsSchedule);
        Set("skip_if_previous_running", SkipsIfRunning, !SkipsIfRunning, true);
        Set("timeout", ReadTimeout(), ReadTimeout() is null, true);
        return new TriggerChange
        {
            ScheduleType = Type,
            ScheduleInterval = IsSchedule ? Interval : former?.ScheduleInterval is null ? null : "",
            IsActive = former is null ? true : null,
            Description = Description.Trim().Length > 0 ? Description.Trim() : former?.Description is null ? null : "",
            Settings = settings,
        };

        void Set<T>(string key, T value, bool isUsual, bool applies)
        {
            if (applies && (!isUsual || former?.Settings.ContainsKey(key) == true))
            {
                settings[key] = JsonSerializer.SerializeToElement<object?>(isUsual && key is "time_zone" or "timeout" ? value is "" ? null : value : value);
            }
        }
    }

    private double? ReadTimeout() =>
        double.TryParse(Timeout.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= MaxTimeoutSeconds
            ? seconds
            : null;

    private static string? Text(Trigger trigger, string key) =>
        trigger.Settings.TryGetValue(key, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
}
