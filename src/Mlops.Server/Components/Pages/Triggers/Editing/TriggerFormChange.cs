using System.Globalization;
using System.Text.Json;
using Mlops.Core.Triggers;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>What of a form is to be written: no more than what differs from the form as it was read, so that nothing else of the file is touched.</summary>
internal static class TriggerFormChange
{
    /// <summary>Takes a setting out of the file.</summary>
    private static readonly JsonElement Removed = JsonSerializer.SerializeToElement<object?>(null);

    /// <param name="form">The form.</param>
    /// <param name="read">The form as it was read; null for a new trigger.</param>
    /// <param name="kind">The trigger's type; null for one that the form does not know.</param>
    public static TriggerChange Of(TriggerForm form, TriggerForm? read, TriggerKind? kind)
    {
        var was = read ?? new TriggerForm { Type = form.Type };
        var change = new TriggerChange
        {
            ScheduleType = read is null ? form.Type : null,
            ScheduleInterval = form.IsSchedule && (read is null || form.Interval != was.Interval) ? form.Interval : null,
            StartTime = form.IsSchedule && TriggerNumbers.Start(form) != TriggerNumbers.Start(was)
                ? TriggerNumbers.Start(form)?.ToString("yyyy-MM-dd HH:mm:ss'+00:00'", CultureInfo.InvariantCulture) ?? "" : null,
            Event = form.Type == EventForm.Type && form.Event.Length > 0 && form.Event != was.Event ? JsonElement.Parse(form.Event) : null,
            IsActive = read is null ? true : null,
            Variables = Changed(form.Variables, was.Variables).Count == 0 ? null : form.Variables,
            Settings = Settings(form, was),
            Sla = TriggerNumbers.Sla(form) is var sla && sla == TriggerNumbers.Sla(was) ? null : sla ?? 0,
            Envs = Words(form.Envs) is var envs && envs.SequenceEqual(Words(was.Envs)) ? null : envs,
            Tags = Words(form.Tags) is var tags && tags.SequenceEqual(Words(was.Tags)) ? null : tags,
            Description = form.Description.Trim() == was.Description.Trim() ? null : form.Description.Trim(),
        };
        return Changed(form.Own, was.Own) is { Count: > 0 } own && kind is not null ? kind.Write(change, own) : change;
    }

    /// <summary>The values that are other ones now, and null for those that are gone.</summary>
    private static Dictionary<string, JsonElement> Changed(Dictionary<string, JsonElement> values, Dictionary<string, JsonElement> was) =>
        values.Where(value => !was.TryGetValue(value.Key, out var former) || former.GetRawText() != value.Value.GetRawText())
            .Concat(was.Where(value => !values.ContainsKey(value.Key)).Select(value => KeyValuePair.Create(value.Key, Removed)))
            .ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, JsonElement> Settings(TriggerForm form, TriggerForm was)
    {
        var settings = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (form.IsSchedule)
        {
            SetText("time_zone", one => one.TimeZone.Trim());
            SetText("windows", one => one.Windows.Trim());
            Set("catch_up", one => one.CatchUp, value => value);
        }

        Set("skip_if_previous_running", one => one.SkipsIfRunning, value => value);
        Set("timeout", TriggerNumbers.Timeout, value => value);
        SetText("timeout_status", one => one.TimeoutStatus);
        Set("pipeline_run_limit", TriggerNumbers.RunLimit, value => value);
        Set("allow_blocks_to_fail", one => one.KeepsRunning, value => value);
        if (form.IsSchedule)
        {
            Set("create_initial_pipeline_run", one => one.CreatesInitialRun, value => value);
        }

        foreach (var (key, value) in Changed(form.Settings, was.Settings))
        {
            settings[key] = value;
        }

        return settings;

        void SetText(string key, Func<TriggerForm, string> read) => Set(key, read, text => text.Length == 0 ? null : text);

        void Set<T>(string key, Func<TriggerForm, T> read, Func<T, object?> write)
        {
            if (!EqualityComparer<T>.Default.Equals(read(form), read(was)))
            {
                settings[key] = JsonSerializer.SerializeToElement(write(read(form)));
            }
        }
    }

    private static List<string> Words(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
}
